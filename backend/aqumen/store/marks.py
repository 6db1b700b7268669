"""Which runs are counted, what they are grouped by, and which of them a mark stands for."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, select

from aqumen.events import Kind

from . import listing
from .records import Filter, Status
from .tables import run_facts, runs, step_facts, step_faults

By = Literal["day", "week", "model", "prompt_version"]

RESULTS: tuple[Status, ...] = ("succeeded", "no_question")
"""The ends of a run that say whether the models were told apart."""
COUNTED: tuple[Status, ...] = (*RESULTS, "failed")
"""A run that somebody stopped says nothing of the product."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which runs are counted; what is None is not asked for."""

    simulated: bool
    kinds: tuple[Kind, ...]
    since: float | None = None
    """Seconds since the epoch, of the run's creation; the end is not included."""
    until: float | None = None
    model: str | None = None
    """One that answered a step: of the others nothing is counted."""
    prompt: str | None = None
    """The version of a text that a step was asked with, likewise."""
    owner: str | None = None
    """The name of the key they were asked for with."""


Only = Literal[
    "succeeded",
    "not_succeeded",
    "concluded",
    "differentiated",
    "not_differentiated",
    "first_time_right",
    "not_first_time_right",
]
"""Which of a group's runs, concluded being those that did not fail; the last two of a step's."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands for runs: a group, a step, a way to end, a failed check, or several of them."""

    by: By
    key: str | int | None = None
    """Of a group: a day, the Monday of a week (both counted from 1970-01-01) or an id."""
    step: int | None = None
    only: Only | None = None
    cause: str | None = None
    check: str | None = None


class Behind(NamedTuple):
    """A page of run ids, newest first."""

    run_ids: list[str]
    next_cursor: str | None


def of_runs(by: By) -> ColumnElement[int] | ColumnElement[str]:
    """Return what whole runs are grouped by; for models and prompts that is all of them."""
    if by == "model":
        return run_facts.c.models
    if by == "prompt_version":
        return run_facts.c.prompts
    return _time(by)


def of_steps(by: By) -> ColumnElement[int] | ColumnElement[str]:
    """Return what steps are grouped by; for models and prompts that is the step's own."""
    if by == "model":
        return step_facts.c.model
    if by == "prompt_version":
        return step_facts.c.prompt
    return _time(by)


def _time(by: By) -> ColumnElement[int]:
    day: ColumnElement[int] = run_facts.c.day
    # The first day of 1970 was a Thursday.
    return day if by == "day" else (day + 3) // 7 * 7 - 3


def asked(scope: Scope) -> list[ColumnElement[bool]]:
    """Return what is asked of a run when it is made."""
    which = Filter(kinds=scope.kinds, since=scope.since, until=scope.until, owner=scope.owner)
    return list(listing.asked(which))


def counted(scope: Scope) -> list[ColumnElement[bool]]:
    """Return what is true of a run that is counted."""
    wanted = [*asked(scope), runs.c.simulated == scope.simulated, runs.c.status.in_(COUNTED)]
    if steps := of_step(scope):
        wanted.append(runs.c.id.in_(select(step_facts.c.run_id).where(*steps).correlate(None)))
    return wanted


def of_step(scope: Scope) -> list[ColumnElement[bool]]:
    """Return what is asked of a step."""
    wanted: list[ColumnElement[bool]] = []
    if scope.model is not None:
        wanted.append(step_facts.c.model == scope.model)
    if scope.prompt is not None:
        wanted.append(step_facts.c.prompt == scope.prompt)
    return wanted


def behind(scope: Scope, mark: Mark) -> Select[str]:
    """Return the query for the ids of the runs a mark stands for."""
    wanted = [*counted(scope), *_end(mark)]
    if mark.step is not None and mark.cause is None:
        wanted.append(exists().where(step_facts.c.run_id == runs.c.id, *_step(scope, mark)))
    elif mark.key is not None:
        wanted.append(of_runs(mark.by) == mark.key)
    return select(runs.c.id).join(run_facts, run_facts.c.run_id == runs.c.id).where(*wanted)


def _end(mark: Mark) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if mark.cause is not None:
        wanted.append(run_facts.c.cause == mark.cause)
        wanted += [] if mark.step is None else [run_facts.c.stopped_at == mark.step]
    succeeded, result = runs.c.status == "succeeded", runs.c.status.in_(RESULTS)
    ends: dict[str | None, ColumnElement[bool]] = {
        "succeeded": succeeded,
        "not_succeeded": ~succeeded,
        "concluded": result,
        "differentiated": and_(result, run_facts.c.differentiated),
        "not_differentiated": and_(result, ~run_facts.c.differentiated),
    }
    return [*wanted, *(ends[name] for name in (mark.only,) if name in ends)]


def _step(scope: Scope, mark: Mark) -> list[ColumnElement[bool]]:
    wanted = [step_facts.c.step == mark.step, *of_step(scope)]
    if mark.key is not None:
        wanted.append(of_steps(mark.by) == mark.key)
    if mark.only == "first_time_right":
        wanted.append(step_facts.c.first_right)
    elif mark.only == "not_first_time_right":
        wanted.append(~step_facts.c.first_right)
    if mark.check is not None:
        same = (getattr(step_faults.c, name) for name in ("run_id", "step", "attempt"))
        of_it = (column == step_facts.c[column.name] for column in same)
        wanted.append(exists().where(*of_it, step_faults.c.name == mark.check))
    return wanted
