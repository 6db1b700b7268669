"""How a run that has a result ends."""

import time
from dataclasses import dataclass, field

from aqumen.events import Assessment, Corrected, Final, Metadata, Rigor, Ruling
from aqumen.judging.correction import corrected
from aqumen.judging.panel import Words, agreement
from aqumen.material import Aim, EarlierAttempt, VerifiedMistake
from aqumen.models.asking import RunScope

from .asking import NeverValidated
from .plan import Plan

_OUTCOMES = {
    "both_avoided": "both models avoided every mistake of the catalog",
    "both_made": "both models made the same mistakes",
    "only_mid_made": "only the mid-tier model made mistakes",
    "no_evidence": "there was no usable evidence",
}


@dataclass(slots=True)
class Result:
    """What is known of a run's result so far."""

    plan: Plan
    scope: RunScope
    began: float
    """In `time.monotonic` seconds."""
    attempts: int = 0
    aim: Aim | None = None
    verified: tuple[VerifiedMistake, ...] = ()
    evidence: Rigor = "single-sample"
    ruling: Ruling | None = None
    words: list[Words] = field(default_factory=list)
    """What two judges say of every entry in every answer so far; empty where there is one."""

    def differentiated(
        self, verified: tuple[VerifiedMistake, ...], evidence: Rigor, ruling: Ruling | None = None
    ) -> None:
        """Note the mistakes that tell the models apart, and how that was found."""
        self.verified, self.evidence, self.ruling = verified, evidence, ruling

    def question(self, assessment: Assessment) -> Final:
        """The run has a question."""
        return self._final(7, assessment, None)

    def categories(self) -> Final:
        """The run was asked for step 1 alone, and has it."""
        return self._final(1, None, None).model_copy(update={"success": True})

    def rejudged(self) -> Final:
        """The answers of an earlier run have been judged again."""
        count = len(self.verified)
        shown = "one mistake" if count == 1 else f"{count or 'no'} mistakes"
        reason = (
            f"The answers of attempt {self.attempts} were judged again: {shown} only in the "
            "weak-tier answer. A rejudgement makes no question."
        )
        return self._final(6, None, reason).model_copy(update={"success": True})

    def not_differentiated(self, last: EarlierAttempt, ruling: Ruling | None = None) -> Final:
        """No attempt showed a mistake that only the weak model makes."""
        attempts = "one attempt" if self.attempts == 1 else f"{self.attempts} attempts"
        why = f": in the last, {_OUTCOMES[last.outcome]}." if ruling is None else ". In the last:"
        reason = f"No question separated the two models in {attempts}{why}"
        return self._final(6, None, f"{reason} {ruling.reason}" if ruling else reason)

    def never_validated(self, rejected: NeverValidated) -> Final:
        """A step without which there is no result was rejected every time."""
        return self._final(rejected.step_number, None, rejected.sentence)

    def _final(self, stopped_at: int, assessment: Assessment | None, reason: str | None) -> Final:
        return Final(
            run_id=self.scope.run_id,
            success=assessment is not None,
            differentiation_achieved=bool(self.verified),
            total_attempts=self.attempts,
            stopped_at_step=stopped_at,
            assessment=assessment,
            reason=reason,
            error=reason,
            metadata=self._metadata(),
        )

    def _corrected(self) -> Corrected | None:
        known = self.plan.accuracy() if self.ruling else None
        return corrected(self.ruling.measured, known) if self.ruling and known else None

    def _metadata(self) -> Metadata:
        order, spent = self.plan.order, self.scope.ledger.spent
        return Metadata(
            topic=order.topic,
            subtopic=self.aim.subtopic if self.aim else order.subtopic,
            difficulty=self.aim.difficulty if self.aim else order.difficulty,
            weak_model_failures=tuple(found.mistake.mistake for found in self.verified),
            evidence=self.evidence if self.verified else None,
            measured=self.ruling.measured if self.ruling else None,
            corrected=self._corrected(),
            agreement=agreement(self.words) if self.words else None,
            simulated=self.plan.simulated,
            usage=spent.usage,
            cost_usd=spent.cost_usd,
            cost_estimated=spent.estimated,
            model_calls=spent.model_calls,
            duration_seconds=round(time.monotonic() - self.began, 3),
        )
