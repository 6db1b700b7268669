"""Whether a question told two answers apart: decided by counting, not by asking."""

from collections.abc import Iterator
from dataclasses import dataclass

from aqumen.events import Evidence, Presence, Reading
from aqumen.material import Answer, Catalog, EarlierAttempt, Outcome, Question, VerifiedMistake

from .findings import Findings
from .panel import Words, found, words_on

Opinions = tuple[Answer, *tuple[Findings | None, ...]]
"""An answer, and what each judge finds in it; None for one whose findings are all missing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known after both answers of an attempt were judged."""

    evidence: tuple[Evidence, ...]
    """One for each entry of the catalog, in its order."""
    verified: tuple[VerifiedMistake, ...]
    """The mistakes that are present in the weak answer and absent from the mid one."""

    @property
    def differentiated(self) -> bool:
        """Whether there is at least one verified mistake."""
        return bool(self.verified)

    @property
    def words(self) -> list[Words]:
        """What two judges say of every entry in either answer; empty where there is one judge."""
        return [both for each in self.evidence for both in words_on(each)]

    def as_attempt(self, title: str) -> EarlierAttempt:
        """Return what step 3 is told of an attempt that did not differentiate."""
        outcome = self._outcome()
        return EarlierAttempt(title=title, outcome=outcome, detail=self._detail(outcome))

    def _outcome(self) -> Outcome:
        if self._named("present", "present"):
            return "both_made"
        if self._named("present", "absent"):
            return "only_mid_made"
        one_sided = [each for each in self.evidence if "present" in {each.mid, each.weak}]
        avoided = self._named("absent", "absent")
        most_known = 2 * len(avoided) >= len(self.evidence)
        return "both_avoided" if avoided and most_known and not one_sided else "no_evidence"

    def _detail(self, outcome: Outcome) -> str:
        match outcome:
            case "both_made":
                return f"Both answers made: {self._listed('present', 'present')}."
            case "only_mid_made":
                return f"Only the mid-tier answer made: {self._listed('present', 'absent')}."
            case "both_avoided":
                return f"Both answers avoided: {self._listed('absent', 'absent')}."
            case "no_evidence":
                return _without_evidence(self._unknown())

    def _named(self, mid: Presence, weak: Presence) -> list[str]:
        return [each.mistake for each in self.evidence if (each.mid, each.weak) == (mid, weak)]

    def _listed(self, mid: Presence, weak: Presence) -> str:
        return "; ".join(self._named(mid, weak))

    def _unknown(self) -> list[str]:
        return [each.mistake for each in self.evidence if "missing" in {each.mid, each.weak}]


def judged(
    catalog: Catalog,
    question: Question,
    mid: Opinions,
    weak: Opinions,
) -> Judged:
    """Hold the findings on both answers against each other and against the answers' words.

    A missing finding never counts for the question; what two judges do not agree on is missing.
    """
    evidence = tuple(_compared(catalog, question, mid, weak))
    verified = tuple(
        VerifiedMistake(mistake=mistake, quote=each.weak_quote.text)
        for mistake, each in zip(catalog, evidence, strict=True)
        if each.mid == "absent" and each.weak_quote is not None
    )
    return Judged(evidence, verified)


def readings_of(entry: Evidence) -> tuple[Reading, Reading]:
    """Return what the evidence on one entry says of the mid answer, and of the weak one."""
    return (
        Reading(
            mistake=entry.mistake,
            presence=entry.mid,
            quote=entry.mid_quote,
            reason=entry.mid_reason,
            judges=entry.mid_judges,
            disputed=entry.mid_disputed,
        ),
        Reading(
            mistake=entry.mistake,
            presence=entry.weak,
            quote=entry.weak_quote,
            reason=entry.weak_reason,
            judges=entry.weak_judges,
            disputed=entry.weak_disputed,
        ),
    )


def _compared(
    catalog: Catalog,
    question: Question,
    mid: Opinions,
    weak: Opinions,
) -> Iterator[Evidence]:
    for mistake in catalog:
        ours = found(mistake.mistake, mid[1:], mid[0], question)
        theirs = found(mistake.mistake, weak[1:], weak[0], question)
        yield Evidence(
            mistake=mistake.mistake,
            mid=ours.presence,
            weak=theirs.presence,
            mid_quote=ours.quote,
            weak_quote=theirs.quote,
            mid_reason=ours.reason,
            weak_reason=theirs.reason,
            mid_judges=ours.judges,
            weak_judges=theirs.judges,
            mid_disputed=ours.disputed,
            weak_disputed=theirs.disputed,
        )


def _without_evidence(unknown: list[str]) -> str:
    if not unknown:
        return "The judgement names no mistake in either answer."
    return f"The judgement gives no reliable word on: {'; '.join(unknown)}."
