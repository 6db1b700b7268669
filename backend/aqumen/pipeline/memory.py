"""What a run has told already: answered steps are taken from here, and not asked again."""

from collections.abc import Iterable

from aqumen.events import Event, Step, StepStarted


class Memory:
    """The steps of a run's log, by where in the run they stand.

    A step that is remembered is told as it was, with its number in the log: whoever stores a
    run's events leaves out those that have one.
    """

    def __init__(self, told: Iterable[Event] = ()) -> None:
        self._started: dict[tuple[int, int], StepStarted] = {}
        self._answered: dict[tuple[int, int, int], Step] = {}
        for event in told:
            if isinstance(event, StepStarted):
                self._started[event.step_number, event.attempt] = event
            elif isinstance(event, Step):
                self._answered[event.step_number, event.attempt, event.answer] = event

    def started(self, step_number: int, attempt: int) -> StepStarted | None:
        """Return how a step began, if it has."""
        return self._started.get((step_number, attempt))

    def answered(self, step_number: int, attempt: int, answer: int) -> Step | None:
        """Return a step's n-th answer, if it was stored."""
        return self._answered.get((step_number, attempt, answer))

    def exhausted(self, step_number: int, attempt: int, answers: int) -> bool:
        """Whether all of a step's answers are stored and none was accepted."""
        last = self.answered(step_number, attempt, answers)
        return last is not None and not last.success
