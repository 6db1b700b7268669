"""Whether what a log concludes from several answers follows from the answers that it tells."""

from collections.abc import Iterator, Mapping, Sequence
from math import isclose

from aqumen.events import AnyEvent, Final, Gate, Measured, Metadata, Sample
from aqumen.judging import gate, screen
from aqumen.judging.gate import confidence_for
from aqumen.judging.standing import Standing


def unfounded(told: Sequence[AnyEvent], max_attempts: int) -> Iterator[str]:
    """Yield a sentence for each ruling, and each label, that the log does not bear out.

    What a ruling denies is not looked at: a log may claim less than it shows, and never more. Only
    answers that follow on the ruling before count for one: a target is fixed before it is tested.
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
            samples = []
            target = event if event.phase == "screen" and event.passed else None
            if event.passed:
                passed["screened" if event.phase == "screen" else "certified"] = event
        elif isinstance(event, Final):
            yield from _unlabelled(event.metadata, passed)


def _unlabelled(metadata: Metadata, passed: Mapping[str, Gate]) -> Iterator[str]:
    """Yield what a result says of its question that its ruling does not say."""
    label = metadata.evidence
    if label not in {"screened", "certified"}:
        return
    ruling = passed.get(label)
    if ruling is None:
        yield f"The log calls the question {label}, and tells of no ruling that says so."
    elif not {*metadata.weak_model_failures} <= {*ruling.mistakes}:
        yield f"The result names mistakes that the ruling in event {ruling.seq} does not."
    elif metadata.measured and not _equal(metadata.measured, ruling.measured):
        yield f"The result's rates are not those of the ruling in event {ruling.seq}."


def _follows(told: Gate, samples: Sequence[Sample], target: Gate | None, max_attempts: int) -> bool:
    confidence = confidence_for(max_attempts)
    answers = _answers(told, samples)
    if not _equal(told.measured, _measured(told, answers, confidence)):
        return False
    if not told.passed:
        return True
    counted, *passed = _counted([told.measured.mistake, *told.mistakes], answers, confidence).pairs
    if told.phase == "screen":
        return bool(passed) and all(screen.passes(*each) for each in (counted, *passed))
    aimed = target is not None and target.measured.mistake == told.measured.mistake
    return aimed and gate.passes(*counted, confidence)


def _answers(told: Gate, samples: Sequence[Sample]) -> list[Sample]:
    """Return the answers of the ruling's phase; none counts twice."""
    ours = {
        (each.tier, each.index): each
        for each in samples
        if (each.attempt, each.phase) == (told.attempt, told.phase)
    }
    return [*ours.values()]


def _measured(told: Gate, answers: Sequence[Sample], confidence: float) -> Measured:
    name = told.measured.mistake
    return _counted([name], answers, confidence, name).ruling().measured


def _counted(
    names: Sequence[str], answers: Sequence[Sample], confidence: float, target: str | None = None
) -> Standing:
    standing = Standing(names, confidence, target)
    for each in answers:
        standing.add(each.tier, each.readings)
    return standing


def _equal(told: Measured, counted: Measured) -> bool:
    """Return whether all of two measurements is the same, but for how a machine rounds."""
    return _same(told.model_dump(), counted.model_dump())


def _same(told: object, counted: object) -> bool:
    if isinstance(told, dict) and isinstance(counted, dict):
        return told.keys() == counted.keys() and all(_same(told[k], counted[k]) for k in told)
    if isinstance(told, float) and isinstance(counted, float):
        return isclose(told, counted, abs_tol=1e-9)
    return told == counted
