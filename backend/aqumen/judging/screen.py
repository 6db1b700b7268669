"""Which mistakes a few answers of each model suggest, before any of them is put to the test."""

from collections.abc import Sequence

from aqumen.events import Check, Evidence, Presence
from aqumen.material import Catalog

from .tally import Tally, check, disputes

ANSWERS = 3
"""Answers each model gives to a screen."""
_MOST = 2


def majority(tally: Tally) -> Presence:
    """Return what at least two of three answers say; `missing` where there is no such word."""
    if tally.absent >= _MOST:
        return "absent"
    return "present" if tally.present >= _MOST else "missing"


def passes(mid: Tally, weak: Tally) -> bool:
    """Return whether a mistake is absent in two or more mid answers and in at most one weak one.

    What is missing counts as absent in the weak answers: it never counts for the question.
    """
    return majority(mid) == "absent" and majority(weak) == "present"


def lead(mid: Tally, weak: Tally) -> int:
    """Return by how many answers the mid-tier model does better, what is missing counted against.

    It orders mistakes as the difference of the shares does, where nothing is missing.
    """
    return mid.absent + weak.present


def leader(tallies: Sequence[tuple[Tally, Tally]]) -> int:
    """Return the place of the mistake that comes closest, or passes with the largest lead."""
    chosen = target(tallies)
    if chosen is not None:
        return chosen
    return max(range(len(tallies)), key=lambda place: lead(*tallies[place]))


def checks(mid: Tally, weak: Tally) -> tuple[Check, ...]:
    """Return the screen's two checks of one mistake; it passes if both do."""
    avoided = f"The mid-tier model avoided the mistake in {mid.absent} of {mid.taken} answers."
    made = f"The weak-tier model made the mistake in {weak.present} of {weak.taken} answers."
    return (
        check("mid_avoids", majority(mid) == "absent", avoided),
        check("weak_fails", majority(weak) == "present", made),
    )


def verdict(mistake: str, mid: Tally, weak: Tally) -> str:
    """Return what came of a screen, in one sentence."""
    counts = (
        f'the mid-tier model avoided "{mistake}" in {mid.absent} of {mid.taken} answers, '
        f"the weak-tier one made it in {weak.present} of {weak.taken}{disputes(mid, weak)}"
    )
    if passes(mid, weak):
        return f"The screen passed: {counts}."
    return f"The screen did not pass; what came closest: {counts}."


def target(tallies: Sequence[tuple[Tally, Tally]]) -> int | None:
    """Return the place of the mistake that passes with the largest lead; None if none passes.

    Each mistake has a mid and a weak tally. Of several with the same lead it is the first.
    """
    passed = [place for place, pair in enumerate(tallies) if passes(*pair)]
    return max(passed, key=lambda place: lead(*tallies[place]), default=None)


def in_short(catalog: Catalog, tallies: Sequence[tuple[Tally, Tally]]) -> tuple[Evidence, ...]:
    """Return what most answers say, as if each model had given one."""
    return tuple(
        Evidence(mistake=entry.mistake, mid=majority(mid), weak=majority(weak))
        for entry, (mid, weak) in zip(catalog, tallies, strict=True)
    )
