"""What the label on a question says of it, and what it does not."""

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
