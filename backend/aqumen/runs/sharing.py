"""Exercises that students play: the links to them, and what is behind a link."""

import json

from aqumen.errors import Conflict, RunNotFound, ShareNotFound
from aqumen.events import Assessment
from aqumen.play.sheet import Sheet
from aqumen.store.store import Store


class Sharing:
    """Gives links to exercises, and opens them. All of it blocks on the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def share(self, run_id: str) -> str:
        """Return the token of the link to a run's exercise; asked again, the same one.

        Raises RunNotFound, and Conflict if the run has no exercise that can be played.
        """
        self._sheet(run_id)
        return self._store.shares.give(run_id)

    def take_back(self, run_id: str) -> None:
        """End the link to a run's exercise, if there is one; raises RunNotFound."""
        self._store.runs.find(run_id)
        self._store.shares.take_back(run_id)

    def open(self, token: str) -> Sheet:
        """Return the exercise behind a link; raises ShareNotFound."""
        try:
            return self._sheet(self._store.shares.run_of(token))
        except RunNotFound as gone:
            raise ShareNotFound from gone  # deleted while it was looked for

    def _sheet(self, run_id: str) -> Sheet:
        finals = self._store.log.of_type(run_id, "final")
        ended_well = self._store.runs.find(run_id).status == "succeeded"
        assessment = json.loads(finals[-1])["assessment"] if ended_well and finals else None
        if assessment is None:
            raise Conflict("Only a run that ended with a question has an exercise to play.")
        return Sheet.of(Assessment.model_validate(assessment))
