"""A run told event by event, in the shapes the backend really sends."""

import json
from typing import Any

from aqumen.events import (
    DESCRIPTIONS,
    Assessment,
    Call,
    Check,
    Delta,
    Done,
    Event,
    Evidence,
    Failed,
    Final,
    Metadata,
    Progress,
    Queued,
    Retry,
    Span,
    Start,
    Step,
    StepStarted,
    Usage,
    now,
)

Told = tuple[str, dict[str, Any]]
"""An event's name and data."""

USAGE = Usage(input_tokens=100, output_tokens=50)

MODELS = {
    1: "us.anthropic.claude-opus-4-6-v1",
    2: "us.anthropic.claude-opus-4-6-v1",
    3: "us.anthropic.claude-opus-4-6-v1",
    4: "us.anthropic.claude-sonnet-4-6",
    5: "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    6: "us.anthropic.claude-opus-4-6-v1",
    7: "us.anthropic.claude-opus-4-6-v1",
}

LINES = (
    "def read(path):",
    "    <<handle = open(path)>>",
    "    return handle.read()",
)


def delta(
    step: int, offset: int, text: str, *, attempt: int = 1, answer: int = 1, call: int = 1
) -> Told:
    """Return a piece of text of one of a step's calls."""
    event = Delta(
        step_number=step, attempt=attempt, answer=answer, call=call, offset=offset, text=text
    )
    return "delta", event.model_dump(mode="json")


class Story:
    """Numbers a run's events as the log does; every method returns what it told."""

    def __init__(self, run_id: str = "run-1", topic: str = "Reading files") -> None:
        self.run_id = run_id
        self.topic = topic
        self.told: list[Told] = []

    def start(self, **fields: Any) -> Told:
        asked = {"topic": self.topic, "max_attempts": 3, "rigor": "single-sample"} | fields
        return self._tell(Start.model_validate({"run_id": self.run_id} | asked))

    def queued(self, position: int) -> Told:
        return self._tell(Queued(run_id=self.run_id, position=position))

    def begin(self, step: int, attempt: int = 1) -> Told:
        return self._tell(
            StepStarted(
                run_id=self.run_id,
                step_number=step,
                description=DESCRIPTIONS[step],
                model=MODELS[step],
                attempt=attempt,
            )
        )

    def answer(
        self,
        step: int,
        attempt: int = 1,
        answer: int = 1,
        *,
        text: str = "",
        failed: str = "",
        evidence: tuple[Evidence, ...] = (),
    ) -> Told:
        """Tell an answer; with the name of a failed check it was not accepted."""
        written = text or f"answer {answer} of step {step}, attempt {attempt}"
        checks = [Check(name="has_content", passed=True)]
        if failed:
            checks.append(Check(name=failed, passed=False, detail=f"{failed} is not met"))
        return self._tell(
            Step(
                run_id=self.run_id,
                step_number=step,
                attempt=attempt,
                answer=answer,
                description=DESCRIPTIONS[step],
                model=MODELS[step],
                success=not failed,
                duration_seconds=1.5,
                prompt=f"prompt of step {step}",
                response_preview=written[:500],
                response_full=written,
                checks=tuple(checks),
                usage=USAGE,
                cost_usd=0.01,
                calls=(self._call(step, written),),
                evidence=evidence,
            )
        )

    def retry(self, step: int, attempt: int = 1, call: int = 1) -> Told:
        return self._tell(
            Retry(
                run_id=self.run_id,
                step_number=step,
                attempt=attempt,
                answer=1,
                call=call,
                try_=1,
                code="model_throttled",
                message="The model service is limiting how fast we may ask.",
                wait_seconds=2.0,
            )
        )

    def progress(self, percent: int, done: int, attempt: int = 1) -> Told:
        return self._tell(
            Progress(
                run_id=self.run_id,
                percent=percent,
                steps_done=done,
                steps_expected=7,
                attempt=attempt,
                max_attempts=3,
                usage=USAGE,
                cost_usd=0.01 * done,
                model_calls=done,
            )
        )

    def final(self, attempts: int = 1, assessment: Assessment | None = None) -> Told:
        return self._final(attempts, assessment or exercise(), None, 7)

    def no_question(self, reason: str, attempts: int = 3, stopped_at: int = 6) -> Told:
        return self._final(attempts, None, reason, stopped_at)

    def done(self) -> Told:
        return self._tell(Done(run_id=self.run_id, total_duration_seconds=12.5))

    def fail(self, code: str = "model_unavailable", step: int | None = 3) -> Told:
        return self._tell(
            Failed.model_validate(
                {
                    "run_id": self.run_id,
                    "code": code,
                    "error": "The model service is unavailable at the moment.",
                    "retryable": True,
                    "step_number": step,
                    "usage": USAGE,
                    "cost_usd": 0.02,
                    "cost_estimated": True,
                    "model_calls": 2,
                }
            )
        )

    def steps(self, *numbers: int, attempt: int = 1) -> None:
        """Tell steps that are answered at once and accepted."""
        for number in numbers:
            self.begin(number, attempt)
            self.answer(number, attempt)

    def whole(self) -> "Story":
        """Tell a run that succeeds at its first attempt."""
        self.start()
        self.steps(1, 2, 3, 4, 5, 6, 7)
        self.progress(95, 7)
        self.final()
        self.done()
        return self

    def _call(self, step: int, written: str) -> Call:
        return Call(
            model=MODELS[step],
            label=DESCRIPTIONS[step],
            prompt=f"prompt of step {step}",
            response=written,
            started_at=now(),
            duration_seconds=1.5,
            first_token_seconds=0.3,
            usage=USAGE,
            cost_usd=0.01,
            stop_reason="end_turn",
        )

    def _final(
        self, attempts: int, assessment: Assessment | None, reason: str | None, step: int
    ) -> Told:
        shown = assessment is not None
        metadata = Metadata(
            topic=self.topic,
            subtopic="Closing",
            difficulty="Advanced",
            weak_model_failures=("Leaves the file open",) if shown else (),
            evidence="single-sample" if shown else None,
            simulated=False,
            usage=USAGE,
            cost_usd=0.08,
            cost_estimated=False,
            model_calls=8,
            duration_seconds=12.5,
        )
        return self._tell(
            Final(
                run_id=self.run_id,
                success=shown,
                differentiation_achieved=shown,
                total_attempts=attempts,
                stopped_at_step=step,
                assessment=assessment,
                reason=reason,
                error=reason,
                metadata=metadata,
            )
        )

    def _tell(self, event: Event) -> Told:
        numbered = event.model_copy(update={"seq": len(self.told) + 1})
        told = (event.name, json.loads(numbered.model_dump_json(by_alias=True)))
        self.told.append(told)
        return told


def exercise(lines: tuple[str, ...] = LINES, content_type: str = "code") -> Assessment:
    """Return an assessment whose first error is `handle = open(path)`."""
    return Assessment(
        title="Find what leaks",
        difficulty="Advanced",
        content_type=content_type,
        code=lines,
        content=lines,
        errors=(
            Span(
                id="handle = open(path)",
                description="The file is never closed.",
                mistake="Leaves the file open",
                line=2,
            ),
        ),
    )
