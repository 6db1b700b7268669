"""Has the store forget what is no longer kept, little by little."""

import logging

from aqumen.store.retention import Keep, Retention

from .keeper import Every

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often a batch goes while there is one."""
_ROUND_SECONDS = 600.0
"""How often it is looked whether anything has become too old."""


class Pruning:
    """A chore of the keeper: at most one batch each time, so that leases are renewed in time."""

    def __init__(self, retention: Retention, keep: Keep) -> None:
        self._retention = retention
        self._keep = keep
        self._round = Every(_ROUND_SECONDS)
        self._busy = False
        self._gone = 0

    def prune(self) -> None:
        """Delete a batch of runs, if there are any; when there are no more, tidy up."""
        if not self._busy and not self._round.due():
            return
        gone = self._retention.prune(self._keep)
        self._gone += gone
        self._busy = gone > 0
        if self._busy:
            return
        if self._gone:
            logger.info("deleted %s runs that are no longer kept", self._gone)
            self._gone = 0
        self._busy = self._retention.tidy()  # the next batch at the next look
