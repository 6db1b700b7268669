"""Whether what a log concludes from several answers follows from the answers that it tells."""

from collections.abc import Iterator, Sequence

from aqumen.events import AnyEvent, Final, Gate, Sample
from aqumen.judging import gate, screen
from aqumen.judging.gate import confidence_for
from aqumen.judging.standing import Pair, Standing
from aqumen.judging.tally import Tally


def unfounded(told: Sequence[AnyEvent], max_attempts: int) -> Iterator[str]:
    """Yield a sentence for each ruling, and each label, that the log does not bear out.

    What a ruling denies is not looked at: a log may claim less than it shows, and never more.
    """
    samples: list[Sample] = []
    passed: dict[str, Gate] = {}
    target: Gate | None = None
    for event in told:
        if isinstance(event, Sample):
            samples.append(event)
        elif isinstance(event, Gate):
            if not _follows(event, samples, target, max_attempts):
                yield f"The ruling in event {event.seq} does not follow from the answers before it."
            target = event if event.phase == "screen" and event.passed else None
            if event.passed:
                passed["screened" if event.phase == "screen" else "certified"] = event
        elif isinstance(event, Final):
            label = event.metadata.evidence
            if label in {"screened", "certified"} and label not in passed:
                yield f"The log calls the question {label}, and tells of no ruling that says so."


def _follows(told: Gate, samples: Sequence[Sample], target: Gate | None, max_attempts: int) -> bool:
    confidence = confidence_for(max_attempts)
    counted, *passed = _counted(told, samples, confidence)
    if counted != (Tally.told(told.measured.mid), Tally.told(told.measured.weak)):
        return False
    if not told.passed:
        return True
    if told.phase == "screen":
        return bool(passed) and all(screen.passes(*each) for each in (counted, *passed))
    aimed = target is not None and target.measured.mistake == told.measured.mistake
    return aimed and gate.passes(*counted, confidence)


def _counted(told: Gate, samples: Sequence[Sample], confidence: float) -> tuple[Pair, ...]:
    """Return what the ruling's phase shows of what it is about, then of each that it passes.

    No answer counts twice.
    """
    standing = Standing([told.measured.mistake, *told.mistakes], confidence)
    ours = {
        (each.tier, each.index): each
        for each in samples
        if (each.attempt, each.phase) == (told.attempt, told.phase)
    }
    for each in ours.values():
        standing.add(each.tier, each.readings)
    return standing.pairs
