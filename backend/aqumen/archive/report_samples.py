"""Several answers of each model in a run's report: what each shows, and what they come to."""

from collections.abc import Iterator

from aqumen.events import Agreement, Corrected, Count, Gate, Measured, Reading, Said, Sample

from .escaping import code, plain

_PHASES = {"screen": "screen", "confirm": "confirmation"}


def about_sample(sample: Sample) -> Iterator[str]:
    """Yield what the report says of one more answer, its calls apart."""
    where = f"{_PHASES[sample.phase]} of attempt {sample.attempt}"
    outcome = "disputed" if sample.disputed else sample.outcome
    yield f"### {sample.tier}-tier answer {sample.index}, {where}: {outcome}"
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
    if measured.agreement is not None:
        yield agreed(measured.agreement, "answers")


def agreed(found: Agreement, things: str) -> str:
    """Return how often two judges say the same, of so many things."""
    if found.share is None or found.lower is None or found.upper is None:
        return f"The two judges have a clear word in common on none of the {things}"
    kappa = "" if found.kappa is None else f"; Cohen's kappa {found.kappa:.2f}"
    return (
        f"The two judges agree on {found.same} of {found.counted} {things}: {found.share:.2f} "
        f"(95 % interval {found.lower:.2f} to {found.upper:.2f}{kappa})"
    )


def corrections(found: Corrected) -> Iterator[str]:
    """Yield the rates as they are if the judge errs as often as it did on labels of people."""
    known = found.accuracy
    yield (
        "Shares without the mistake, allowed for the judge's errors (95 % intervals): mid-tier "
        f"{found.p_mid:.2f}, from {found.p_mid_lower:.2f} to {found.p_mid_upper:.2f}; weak-tier "
        f"{found.p_weak:.2f}, from {found.p_weak_lower:.2f} to {found.p_weak_upper:.2f}"
    )
    judges = code(known.judge) + (f" and {code(known.judge_2)}" if known.judge_2 else "")
    yield (
        f"Measured on labels of people: {judges} found {known.found} of {known.made} mistakes that "
        f"were made, and cleared {known.cleared} of {known.avoided} that were not"
    )


def _count(count: Count) -> str:
    disputed = f", of which disputed {count.disputed}" if count.disputed else ""
    return f"absent {count.absent}, present {count.present}, missing {count.missing}{disputed}"


def _reading(reading: Reading) -> str:
    quoted = f", in {code(reading.quote.text)}" if reading.quote is not None else ""
    reason = f". {plain(reading.reason)}" if reading.reason else ""
    outcome = "disputed" if reading.disputed else reading.presence
    said = "".join(f"\n  - {line}" for line in opinions(reading.judges))
    return f"{outcome}: {plain(reading.mistake)}{quoted}{reason}{said}"


def opinions(judges: tuple[Said, ...]) -> Iterator[str]:
    """Yield what each of two judges says; nothing where there is one."""
    for whose, said in zip(("First", "Second"), judges, strict=False):
        quoted = f", in {code(said.quote.text)}" if said.quote is not None else ""
        reason = f". {plain(said.reason)}" if said.reason else ""
        yield f"{whose} judge: {said.presence}{quoted}{reason}"
