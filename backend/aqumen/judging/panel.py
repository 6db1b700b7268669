"""What two judges of the same answer come to, and how far they agree.

A mistake counts as present if both show it, as absent if neither finds it; all else is missing.
Where one shows it and the other finds none, the answer is disputed: it counts for no rate, but it
does not void a confirmation as answers do that say nothing, unless most of a model's are. Judges
who know neither whose answer they read nor what is hoped for dispute both models' answers by the
same rule, so that what is left favours neither; and two judges who are right in 90 % each
contradict each other in 18 %, more than the tenth that voids. A dispute costs power instead, as
fewer answers make wider bounds.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from aqumen.events import Agreement, Evidence, Presence, Reading, Said
from aqumen.material import Answer, Question

from .findings import Findings
from .intervals import Z_95, wilson
from .presence import Seen, seen

Words = tuple[Presence, Presence]
"""Of the first and the second judge, on one entry in one answer."""

_DISPUTED = "The two judges contradict each other: one shows the mistake, the other finds none."
_UNCLEAR = "One of the two judges gives no usable word."


def found(
    mistake: str, judgements: Sequence[Findings | None], answer: Answer, question: Question
) -> Seen:
    """Return what one judge, or two, show of a mistake; see `seen`."""
    told = [seen(mistake, findings, answer, question) for findings in judgements]
    return told[0] if len(told) == 1 else _together(told)


def words(said: Sequence[Said]) -> list[Words]:
    """Return what both judges say of one entry; empty where there is one judge."""
    return [(said[0].presence, said[1].presence)] if len(said) == 2 else []


def words_on(entry: Reading | Evidence) -> list[Words]:
    """Return the same of each answer that is told of."""
    if isinstance(entry, Reading):
        return words(entry.judges)
    return words(entry.mid_judges) + words(entry.weak_judges)


def agreement(told: Iterable[Words]) -> Agreement:
    """Return how often two judges say the same."""
    counts = Counter(told)
    both, neither = counts["present", "present"], counts["absent", "absent"]
    first, second = counts["present", "absent"], counts["absent", "present"]
    same, counted = both + neither, both + neither + first + second
    if not counted:
        return Agreement(same=0, counted=0)
    share, lower, upper = wilson(same, counted, Z_95)
    made, also = (both + first) / counted, (both + second) / counted
    chance = made * also + (1 - made) * (1 - also)
    kappa = (share - chance) / (1 - chance) if chance < 1 else None
    return Agreement(same=same, counted=counted, share=share, lower=lower, upper=upper, kappa=kappa)


def _together(told: Sequence[Seen]) -> Seen:
    said = tuple(each.said for each in told)
    presences = {each.presence for each in told}
    if len(presences) == 1:
        return Seen(told[0].presence, told[0].quote, told[0].reason, said)
    disputed = presences == {"present", "absent"}
    return Seen("missing", None, _DISPUTED if disputed else _UNCLEAR, said, disputed)
