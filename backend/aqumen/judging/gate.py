"""When a confirmation passes, as a function of what was counted and of nothing else."""

from dataclasses import replace

from aqumen.events import Check

from .tally import Tally, check, difference, disputes

ANSWERS = 12
"""New answers each model gives in a confirmation."""
_ERROR = 0.05
"""How often, over all attempts of a run, a question that separates nothing may pass."""


def confidence_for(max_attempts: int) -> float:
    """Return the one-sided confidence of each attempt's bounds: the error is shared among them."""
    return 1 - _ERROR / max_attempts


def gate(mid: Tally, weak: Tally, confidence: float) -> tuple[Check, ...]:
    """Return the gate's checks; it passes if all of them do."""
    bounds = difference(mid, weak, confidence)
    return (
        check("all_sampled", mid.taken == weak.taken == ANSWERS, _sampled(mid, weak)),
        check("few_missing", not too_many_missing(mid, weak), _missing(mid, weak)),
        check(
            "mid_avoids", mid.known > 0 and 10 * mid.absent >= 7 * mid.known, _avoided("mid", mid)
        ),
        check(
            "weak_fails", weak.known > 0 and 2 * weak.absent <= weak.known, _avoided("weak", weak)
        ),
        check(
            "difference_above_zero",
            bounds is not None and bounds.lower > 0,
            f"The lower bound of the difference is {bounds.lower:.2f}."
            if bounds
            else "Nothing is known of the difference.",
        ),
    )


def passes(mid: Tally, weak: Tally, confidence: float) -> bool:
    """Return whether every check of the gate is passed."""
    return all(check.passed for check in gate(mid, weak, confidence))


def can_pass(mid: Tally, weak: Tally, confidence: float) -> bool:
    """Return whether the gate may still pass, whatever the answers that are not in yet say.

    Nothing favours the question more than a mid-tier model that avoids the mistake in all of
    them and a weak one that makes it in all.
    """
    return passes(
        replace(mid, absent=mid.absent + ANSWERS - mid.taken),
        replace(weak, present=weak.present + ANSWERS - weak.taken),
        confidence,
    )


def too_many_missing(mid: Tally, weak: Tally) -> bool:
    """Return whether more than a tenth of a confirmation's answers say nothing: it is void.

    Disputed answers are not among that tenth, as `panel` says why; but more than half of either
    model's void it as well, since what is left is no picture of what that model does.
    """
    return 10 * (mid.silent + weak.silent) > 2 * ANSWERS or _mostly_disputed(mid, weak)


def _mostly_disputed(mid: Tally, weak: Tally) -> bool:
    return 2 * max(mid.disputed, weak.disputed) > ANSWERS


def verdict(mistake: str, mid: Tally, weak: Tally, confidence: float) -> str:
    """Return what came of a confirmation, in one sentence."""
    if too_many_missing(mid, weak):
        return f"The confirmation is void: {_missing(mid, weak)}"
    counts = (
        f'the mid-tier model avoided "{mistake}" in {mid.absent} of {mid.known} answers, '
        f"the weak-tier one in {weak.absent} of {weak.known}{disputes(mid, weak)}"
    )
    if passes(mid, weak, confidence):
        return f"The confirmation passed: {counts}."
    early = " when it could pass no more" if mid.taken + weak.taken < 2 * ANSWERS else ""
    return f"The confirmation did not pass{early}: {counts}."


def _sampled(mid: Tally, weak: Tally) -> str:
    return f"{mid.taken + weak.taken} of {2 * ANSWERS} answers were judged."


def _missing(mid: Tally, weak: Tally) -> str:
    if _mostly_disputed(mid, weak):
        return (
            "The judges contradict each other on more than half of a model's answers: "
            f"{mid.disputed} of the mid-tier one's, {weak.disputed} of the weak-tier one's."
        )
    return f"{mid.silent + weak.silent} of {2 * ANSWERS} answers gave no usable evidence."


def _avoided(tier: str, tally: Tally) -> str:
    return f"The {tier}-tier model avoided the mistake in {tally.absent} of {tally.known} answers."
