"""What a run that is over has told, step by step: what another one can go on from."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aqumen.errors import Conflict, InvalidOrder
from aqumen.events import AnyEvent, Event, Gate, Sample, Step, StepStarted, Usage
from aqumen.models.ledger import Ledger

from .progress import Extent, Meter

Told = StepStarted | Step | Sample | Gate
TYPES = ("step_started", "step", "sample", "gate")
"""What of a log another run, or another worker, can go on from."""


class Point(NamedTuple):
    """A step of an attempt; in the order in which a run reaches them."""

    attempt: int
    step: int

    @property
    def of_all_attempts(self) -> bool:
        """Whether it comes before the first attempt: steps 1 and 2 are asked once."""
        return self.step <= 2


class Past:
    """The steps of a run's log and what was sampled in them, in order."""

    def __init__(self, told: Iterable[AnyEvent]) -> None:
        self.told = [event for event in told if isinstance(event, Told)]

    def answers(self) -> Iterator[Step]:
        """Yield every answer, accepted or not."""
        return (event for event in self.told if isinstance(event, Step))

    def point(self, step: int, attempt: int | None) -> Point:
        """Return the point a fork begins at; without an attempt, in the last one.

        Raises InvalidOrder if the run did not reach it, or has not all it takes to go on there.
        """
        if step <= 2:
            if attempt not in (None, 1):
                raise InvalidOrder("Steps 1 and 2 belong to attempt 1.", field="attempt")
            point = Point(1, step)
        else:
            point = Point(attempt or max((event.attempt for event in self.told), default=1), step)
        self._check_reached(point)
        self._check_answered(point)
        return point

    def last_judged(self) -> Point:
        """Return where the last answers were judged; raises Conflict if none were."""
        judged = [answer.attempt for answer in self.answers() if answer.step_number == 6]
        if not judged:
            raise Conflict("This run has no judged answers.")
        point = Point(max(judged), 6)
        self._check_answered(point)
        return point

    def before(self, point: Point) -> list[Told]:
        """Return what was told of the steps before a point."""
        return [event for event in self.told if _point_of(event) < point]

    def judged_in(self, attempt: int) -> list[Told]:
        """Return what the judge of an attempt had before it, and what that rests on."""
        return [event for event in self.before(Point(attempt, 6)) if _belongs(event, attempt)]

    def _check_reached(self, point: Point) -> None:
        reached = {event.attempt for event in self.told if _point_of(event).step == point.step}
        if point.attempt in reached:
            return
        where = "" if point.of_all_attempts else f" in attempt {point.attempt}"
        others = ", ".join(map(str, sorted(reached)))
        also = f"; it did in attempt {others}" if reached and not point.of_all_attempts else ""
        raise InvalidOrder(
            f"That run did not reach step {point.step}{where}{also}.", field="from_step"
        )

    def _check_answered(self, point: Point) -> None:
        accepted = {_point_of(answer) for answer in self.answers() if answer.success}
        for step in range(1, point.step):
            if Point(1 if step <= 2 else point.attempt, step) not in accepted:
                raise InvalidOrder(
                    f"Step {step} has no accepted answer there to reuse: fork from step {step}.",
                    field="from_step",
                )


def retold(told: Iterable[Told], run_id: str, extent: Extent) -> list[Event]:
    """Return what another run has told as a new run tells it, each with its progress.

    It costs nothing there; answers say which run asked for them.
    """
    meter = Meter.of(run_id, extent, Ledger())
    return [
        event
        for again in (_again(event, run_id) for event in told)
        for event in (again, *meter.after(again))
    ]


def _again(event: Told, run_id: str) -> Told:
    here: dict[str, object] = {"run_id": run_id, "seq": 0}
    if isinstance(event, StepStarted | Gate):
        return event.model_copy(update=here)
    free = {"usage": Usage(), "cost_usd": 0.0, "cost_estimated": False}
    if isinstance(event, Step):
        here["duration_seconds"] = 0.0
    return event.model_copy(
        update={
            "calls": tuple(call.model_copy(update=free) for call in event.calls),
            "reused_from": event.reused_from or event.run_id,
            **here,
            **free,
        }
    )


def _point_of(event: Told) -> Point:
    """Samples belong to step 6: whoever asks that again asks for other samples too."""
    step = event.step_number if isinstance(event, StepStarted | Step) else 6
    return Point(event.attempt, step)


def _belongs(event: Told, attempt: int) -> bool:
    return event.attempt == attempt or _point_of(event).step <= 2
