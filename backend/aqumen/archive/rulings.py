"""Whether what a log concludes from several answers follows from the answers that it tells."""

from collections.abc import Iterator, Sequence

from aqumen.events import AnyEvent, Count, Final, Gate, Sample
from aqumen.judging import gate, screen
from aqumen.judging.gate import confidence_for
from aqumen.judging.tally import Mark, Tally, marked

Pair = tuple[Tally, Tally]


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
    counted = _counted(told, told.measured.mistake, samples)
    if tuple(map(_count, counted)) != (told.measured.mid, told.measured.weak):
        return False
    if not told.passed:
        return True
    if told.phase == "screen":
        return all(screen.passes(*_counted(told, name, samples)) for name in told.mistakes)
    aimed = target is not None and target.measured.mistake == told.measured.mistake
    return aimed and gate.passes(*counted, confidence_for(max_attempts))


def _counted(told: Gate, mistake: str, samples: Sequence[Sample]) -> Pair:
    """Return what the ruling's phase shows of a mistake; no answer counts twice."""
    ours = {
        (each.tier, each.index): _mark(each, mistake)
        for each in samples
        if (each.attempt, each.phase) == (told.attempt, told.phase)
    }
    mid, weak = (
        Tally.of(mark for (of, _), mark in ours.items() if of == tier) for tier in ("mid", "weak")
    )
    return mid, weak


def _mark(sample: Sample, mistake: str) -> Mark:
    for reading in sample.readings:
        if reading.mistake == mistake:
            return marked(reading.presence, disputed=reading.disputed)
    return "missing"


def _count(tally: Tally) -> Count:
    return Count(
        absent=tally.absent,
        present=tally.present,
        missing=tally.missing,
        disputed=tally.disputed,
    )
