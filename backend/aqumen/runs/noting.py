"""Has the facts of runs noted that are over, little by little: new ones, imported and old ones."""

import logging

from pydantic import ValidationError

from aqumen.events import AnyEvent, parse
from aqumen.store.facts import Facts, RunFacts, Unnoted
from aqumen.store.log import Log

from .facts import TOLD, facts_of
from .keeper import Every
from .live import LiveRuns

logger = logging.getLogger(__name__)

NOTE_SECONDS = 0.5
"""How often a batch is noted while there is one."""
_ROUND_SECONDS = 3.0
"""How often it is looked whether a run has ended."""
_BATCH = 20
"""Runs noted at once: leases are renewed in between."""
_BATCH_BESIDE_RUNS = 3
"""While the process drives runs: to read and count a log takes it some 7 ms, which they lack."""


class Noting:
    """A chore of the keeper: what a process that dies has not noted, the next look finds."""

    def __init__(self, facts: Facts, log: Log, live: LiveRuns) -> None:
        """Runs that are `live` come before those that are over."""
        self._facts = facts
        self._log = log
        self._live = live
        self._round = Every(_ROUND_SECONDS)
        self._busy = False

    def note(self) -> None:
        """Note a batch of runs, if there are any."""
        if not self._busy and not self._round.due():
            return
        batch = _BATCH_BESIDE_RUNS if self._live.all() else _BATCH
        found = self._facts.missing(batch)
        if found:
            self._facts.keep([self._noted(run) for run in found])
        self._busy = len(found) == batch

    def _noted(self, run: Unnoted) -> RunFacts:
        return facts_of(run, self._told(run.run_id))

    def _told(self, run_id: str) -> list[AnyEvent]:
        try:
            return [parse(data) for data in self._log.of_type(run_id, *TOLD)]
        except ValidationError:
            # What cannot be read now will not be readable at the next look either.
            logger.warning(
                "run %s: this version cannot read its log; its steps are not counted", run_id
            )
            return []
