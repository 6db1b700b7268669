"""Several answers of each model in a run's report: what each shows, and what they come to."""

from collections.abc import Iterator

from aqumen.events import Count, Gate, Measured, Reading, Sample

from .escaping import code, plain

_PHASES = {"screen": "screen", "confirm": "confirmation"}


def about_sample(sample: Sample) -> Iterator[str]:
    """Yield what the report says of one more answer, its calls apart."""
    where = f"{_PHASES[sample.phase]} of attempt {sample.attempt}"
    yield f"### {sample.tier}-tier answer {sample.index}, {where}: {sample.outcome}"
    facts = [f"About: {plain(sample.mistake)}"]
    if sample.why_missing:
        facts.append(f"Why it says nothing: {plain(sample.why_missing)}")
    if not sample.calls:
        facts.append("Taken and judged in steps 4 to 6")
    yield "\n".join(f"- {line}" for line in [*facts, *map(_reading, sample.readings)])


def about_gate(gate: Gate) -> Iterator[str]:
    """Yield what the report says of a phase that is over."""
    ruled = "void" if gate.void else "passed" if gate.passed else "not passed"
    yield f"### The {_PHASES[gate.phase]} of attempt {gate.attempt}: {ruled}"
    yield f"What was counted: {plain(gate.reason)}"
    yield "\n".join(f"- {line}" for line in _facts(gate))


def _facts(gate: Gate) -> Iterator[str]:
    yield from _counts(gate.measured)
    for check in gate.checks:
        detail = f": {plain(check.detail)}" if check.detail else ""
        yield f"Check {'passed' if check.passed else 'failed'}: {code(check.name)}{detail}"


def _counts(measured: Measured) -> Iterator[str]:
    yield f"Mid-tier: {_count(measured.mid)}"
    yield f"Weak-tier: {_count(measured.weak)}"
    if measured.d is not None and measured.lower is not None and measured.upper is not None:
        yield (
            f"Difference of the shares without the mistake: {measured.d:.2f}, from "
            f"{measured.lower:.2f} to {measured.upper:.2f} (each bound one-sided, confidence "
            f"{measured.confidence:.3f})"
        )


def _count(count: Count) -> str:
    return f"absent {count.absent}, present {count.present}, missing {count.missing}"


def _reading(reading: Reading) -> str:
    quoted = f", in {code(reading.quote.text)}" if reading.quote is not None else ""
    reason = f". {plain(reading.reason)}" if reading.reason else ""
    return f"{reading.presence}: {plain(reading.mistake)}{quoted}{reason}"
