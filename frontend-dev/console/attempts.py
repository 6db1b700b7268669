"""What came of an attempt or an answer, in a sentence."""

from collections.abc import Sequence

from .parts import Evidence
from .values import StepCard
from .wire import Step
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


def rejection(step: Step) -> str:
    """Return in one sentence why an answer was rejected; empty if it was not."""
    failed = step.failed_checks
    if step.success or not failed:
        return "" if step.success else "Rejected, without a check that says why."
    detail = failed[0].detail.strip().rstrip(".")
    why = (
        f"{detail} (check {failed[0].name})" if detail else f"it failed the check {failed[0].name}"
    )
    more = f", and {counted(len(failed) - 1, 'more check')} failed" if failed[1:] else ""
    return f"Rejected: {why}{more}."
