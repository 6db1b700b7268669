"""What a run has told already: answered steps are taken from here, and not asked again."""

from collections.abc import Iterable

from aqumen.events import Event, Gate, Phase, Sample, Step, StepStarted


class Memory:
    """The steps of a run's log, by where in the run they stand.

    A step that is remembered is told as it was, with its number in the log: whoever stores a
    run's events leaves out those that have one.
    """

    def __init__(self, told: Iterable[Event] = ()) -> None:
        self._started: dict[tuple[int, int], StepStarted] = {}
        self._answered: dict[tuple[int, int, int], Step] = {}
        self._samples: list[Sample] = []
        self._gates: dict[tuple[int, Phase], Gate] = {}
        for event in told:
            if isinstance(event, StepStarted):
                self._started[event.step_number, event.attempt] = event
            elif isinstance(event, Step):
                self._answered[event.step_number, event.attempt, event.answer] = event
            elif isinstance(event, Sample):
                self._samples.append(event)
            elif isinstance(event, Gate):
                self._gates[event.attempt, event.phase] = event

    def started(self, step_number: int, attempt: int) -> StepStarted | None:
        """Return how a step began, if it has."""
        return self._started.get((step_number, attempt))

    def answered(self, step_number: int, attempt: int, answer: int) -> Step | None:
        """Return a step's n-th answer, if it was stored."""
        return self._answered.get((step_number, attempt, answer))

    def samples(self, attempt: int, phase: Phase) -> list[Sample]:
        """Return the judged answers of a phase that were stored, in the order of the log."""
        return [each for each in self._samples if (each.attempt, each.phase) == (attempt, phase)]

    def gate(self, attempt: int, phase: Phase) -> Gate | None:
        """Return what a phase came to, if that was stored."""
        return self._gates.get((attempt, phase))

    def exhausted(self, step_number: int, attempt: int, answers: int) -> bool:
        """Whether all of a step's answers are stored and none was accepted."""
        last = self.answered(step_number, attempt, answers)
        return last is not None and not last.success
