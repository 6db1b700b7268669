"""Who hears of what this process has stored: whoever counts or traces runs, in one place."""

import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple

from aqumen.events import Event, Start
from aqumen.models.ledger import Spent

from .records import Lease

logger = logging.getLogger(__name__)


class Created(NamedTuple):
    """A run was made."""

    start: Start


class Told(NamedTuple):
    """Events were added to a run's log, or a call was charged."""

    lease: Lease
    events: Sequence[Event]
    """As they were told: their numbers and times are those of the log only there."""
    charged: Spent
    """What this process has paid for since it last said so."""


class TakenOver(NamedTuple):
    """A run whose worker was not heard of is this process's now."""

    lease: Lease


class Lost(NamedTuple):
    """A run this process drove is another worker's, or could not be written to for too long."""

    lease: Lease
    charged: Spent


News = Created | Told | TakenOver | Lost
Witness = Callable[[News], None]
"""Called in the thread that has stored, after it has: it must be quick."""


class Witnesses:
    """Several witnesses, none of whom can keep a run from going on."""

    def __init__(self, *witnesses: Witness) -> None:
        self._witnesses = witnesses

    def __call__(self, news: News) -> None:
        """Tell each of them."""
        for witness in self._witnesses:
            try:
                witness(news)
            except Exception:
                # What is stored is stored: that it could not be counted is no reason to fail.
                logger.exception("what was stored could not be counted or traced")


NOBODY = Witnesses()
"""Does not listen."""
