"""Counts what many runs came to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from statistics import median
from typing import TypeVar

from pydantic import BaseModel

from aqumen.events import DESCRIPTIONS
from aqumen.models.known import public_id
from aqumen.store.outcomes import Outcome, Window
from aqumen.store.store import Store

from .insight import (
    CheckReason,
    DayInsight,
    ErrorReason,
    Insights,
    ModelInsight,
    OutcomeCount,
    Rate,
    Rates,
    StepInsight,
)

MOST_RUNS = 2000
"""How many runs are counted: the newest."""
_PAGE = 50
"""Runs whose steps are in memory at once."""
_MOST_ROWS = 50
"""Of a list that grows with what there is."""

K = TypeVar("K")


class _Check(BaseModel):
    name: str
    passed: bool


class _Step(BaseModel):
    """What is counted of a step's event; the rest of it is long."""

    run_id: str
    step_number: int
    answer: int
    success: bool
    duration_seconds: float
    cost_usd: float
    checks: list[_Check]
    reused_from: str | None = None


@dataclass(slots=True)
class _StepTally:
    """What the answers of one step add up to."""

    seconds: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    first: int = 0
    right: int = 0
    example: str | None = None

    def add(self, step: _Step) -> None:
        self.seconds.append(step.duration_seconds)
        self.cost.append(step.cost_usd)
        if step.answer == 1:
            self.first += 1
            self.right += step.success
            if not step.success:
                self.example = max(self.example or "", step.run_id)

    def insight(self, number: int) -> StepInsight:
        return StepInsight(
            step_number=number,
            description=DESCRIPTIONS[number],
            n=len(self.seconds),
            right_first=Rate.of(self.right, self.first),
            median_seconds=median(self.seconds),
            median_cost_usd=median(self.cost),
            example=self.example,
        )


def insights(store: Store, window: Window, most: int = MOST_RUNS) -> Insights:
    """Return what the newest runs of a window came to; blocks on the store."""
    total, found = store.outcomes.newest(window, most)
    tallies: defaultdict[int, _StepTally] = defaultdict(_StepTally)
    failed: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for step in _steps(store, found):
        tallies[step.step_number].add(step)
        for name in {check.name for check in step.checks if not check.passed}:
            failed[step.step_number, name].append(step.run_id)
    return Insights(
        simulated=window.simulated,
        of=total,
        counted=len(found),
        rates=_rates(found),
        outcomes=[OutcomeCount(*each) for each in Counter(run.status for run in found).items()],
        steps=[tallies[number].insight(number) for number in sorted(tallies)],
        errors=_errors(found),
        checks=[
            CheckReason(number, name, len(ids), max(ids))
            for (number, name), ids in _most_first(failed)
        ],
        days=_days(found),
        models=_models(found),
    )


def _steps(store: Store, found: list[Outcome]) -> Iterator[_Step]:
    for first in range(0, len(found), _PAGE):
        page = found[first : first + _PAGE]
        for data in store.outcomes.steps([run.run_id for run in page]):
            step = _Step.model_validate_json(data)
            if step.reused_from is None:
                yield step


def _rates(found: Iterable[Outcome]) -> Rates:
    over = [run for run in found if run.status in ("succeeded", "no_question", "failed")]
    return Rates(
        success=Rate.of(sum(run.status == "succeeded" for run in over), len(over)),
        differentiation=Rate.of(sum(run.evidence is not None for run in over), len(over)),
    )


def _errors(found: list[Outcome]) -> list[ErrorReason]:
    by_code: defaultdict[str, list[str]] = defaultdict(list)
    for run in found:
        if run.status == "failed" and run.error_code:
            by_code[run.error_code].append(run.run_id)
    return [ErrorReason(code, len(ids), max(ids)) for code, ids in _most_first(by_code)]


def _most_first(grouped: dict[K, list[str]]) -> list[tuple[K, list[str]]]:
    return sorted(grouped.items(), key=lambda each: -len(each[1]))[:_MOST_ROWS]


def _days(found: list[Outcome]) -> list[DayInsight]:
    by_day: defaultdict[date, list[Outcome]] = defaultdict(list)
    for run in found:
        by_day[datetime.fromtimestamp(run.created_at, UTC).date()].append(run)
    newest = sorted(by_day)[-_MOST_ROWS:]
    return [DayInsight(day, len(by_day[day]), _rates(by_day[day])) for day in newest]


def _models(found: list[Outcome]) -> list[ModelInsight]:
    by_model: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for run in found:
        for role in ("strong", "mid", "weak"):
            if role in run.models:
                by_model[role, public_id(run.models[role])].append(run)
    largest = sorted(by_model.items(), key=lambda each: -len(each[1]))[:_MOST_ROWS]
    return [ModelInsight(*key, len(same), _rates(same)) for key, same in largest]
