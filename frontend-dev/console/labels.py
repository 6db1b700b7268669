"""What the label on a question, and the figures beside it, say of it, and what they do not."""

from .parts import Agreement, Corrected

MEANINGS = {
    "single-sample": (
        "This answer of the weak model makes a real mistake that this answer of the mid-tier one "
        "does not; that the question separates the models is not shown."
    ),
    "screened": (
        "In three answers of each model the mid-tier one mostly avoided a mistake that the weak "
        "one mostly made; that is more than one answer shows, but with so few it may be chance."
    ),
    "certified": (
        "In new answers, taken after the mistake was named, the mid-tier model avoids it more "
        "often than the weak one, wrongly said of at most 5 % of such runs; it holds for this "
        "question and these two models, not for others and not for people."
    ),
}
"""One sentence for each label."""


def agreed(found: Agreement, things: str) -> str:
    """Return how often two judges say the same, and what that means, in a sentence."""
    if found.share is None or found.lower is None or found.upper is None:
        return f"The two judges have a clear word in common on none of the {things} so far."
    kappa = "" if found.kappa is None else f", Cohen's kappa {found.kappa:.2f}"
    return (
        f"The two judges say the same of {found.same} of {found.counted} {things} on which both "
        f"have a clear word ({found.share:.0%}, 95 % interval {found.lower:.0%} to "
        f"{found.upper:.0%}{kappa}); what they dispute counts for nothing."
    )


def corrected(found: Corrected) -> str:
    """Return what corrected rates mean, in a sentence."""
    known = found.accuracy
    return (
        f"Corrected: the shares if the judge errs as it did on labels of people, where it found "
        f"{known.found} of {known.made} mistakes and cleared {known.cleared} of {known.avoided} "
        "that were not made; the intervals (95 %) carry the uncertainty of both, and the label "
        "rests on the shares as counted."
    )
