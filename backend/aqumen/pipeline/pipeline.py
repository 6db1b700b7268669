"""Runs the seven steps as a plain synchronous generator of events."""

import time
from collections.abc import Callable, Generator
from typing import NamedTuple

from aqumen.events import Done, Final
from aqumen.models.asking import Asker, RunScope

from .asking import Desk, Item, Telling
from .course import Course
from .memory import Memory
from .plan import Plan
from .result import Result

Tell = Callable[[Course], Telling[Final]]


class Before(NamedTuple):
    """What became of a run until another worker goes on with it; times since the epoch."""

    memory: Memory = Memory()
    made_at: float = 0.0
    began_at: float | None = None
    """None: it has not begun."""
    percent: int = 0
    """The last that was told."""

    @property
    def seconds(self) -> float:
        """How long the run has been going on."""
        return time.time() - self.began_at if self.began_at else 0.0


NOTHING = Before()
"""Of a run that begins."""


class Pipeline:
    """Runs plans; keeps nothing of a run, so any number of runs can go on at once."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def run(self, plan: Plan, scope: RunScope, before: Before = NOTHING) -> Generator[Item]:
        """Tell a whole run, up to `Final` and `Done`; what was told before, as it was.

        Raises a ModelFailed, or what the run was stopped with; what was spent is in
        the scope's ledger either way.
        """
        return self._told(plan, scope, before, Course.full)

    def categories(self, plan: Plan, scope: RunScope, before: Before = NOTHING) -> Generator[Item]:
        """Tell a run of step 1 alone; raises as `run` does."""
        return self._told(plan, scope, before, Course.categories)

    def rejudge(self, plan: Plan, scope: RunScope, before: Before = NOTHING) -> Generator[Item]:
        """Judge the remembered answers of the plan's attempt again; raises as `run` does."""
        return self._told(plan, scope, before, Course.rejudged)

    def _told(self, plan: Plan, scope: RunScope, before: Before, tell: Tell) -> Generator[Item]:
        began = time.monotonic() - before.seconds
        desk = Desk(self._asker, plan.prompts, scope, plan.at_once, before.memory)
        yield (yield from tell(Course(plan, desk, Result(plan, scope, began))))
        seconds = round(time.monotonic() - began, 3)
        yield Done(run_id=scope.run_id, total_duration_seconds=seconds)
