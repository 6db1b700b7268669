"""What came of one attempt, in a sentence."""

from collections.abc import Sequence

from .parts import Evidence
from .values import StepCard
from .words import counted

JUDGING = 6
NO_EVIDENCE = "there was no usable evidence"


def outcome(cards: Sequence[StepCard]) -> str:
    """Return what came of the attempt these cards belong to; empty while that is open."""
    failed = next((card for card in cards if card.state == "failed"), None)
    if failed is not None and failed.result is not None:
        checks = failed.result.failed_checks
        check = f" by the check {checks[0].name}" if checks else ""
        return f"step {failed.number} was rejected {_times(len(failed.answers))}{check}"
    judged = next((card.result for card in cards if card.number == JUDGING), None)
    return _judged(judged.evidence) if judged is not None and judged.success else ""


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _judged(evidence: Sequence[Evidence]) -> str:
    found = sum(entry.separates for entry in evidence)
    if found:
        return f"the weak model made {counted(found, 'mistake')} that the mid-tier one avoided"
    mid = {entry.mid for entry in evidence}
    weak = {entry.weak for entry in evidence}
    if mid | weak == {"absent"}:
        return "both models avoided every mistake"
    if "present" in mid and "present" in weak:
        return "both models made the same mistakes"
    return "only the mid-tier model made mistakes" if "present" in mid else NO_EVIDENCE
