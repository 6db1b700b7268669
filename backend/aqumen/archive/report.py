"""A run as a report for people, in Markdown."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from aqumen.events import AnyEvent, Final, Metadata, parse
from aqumen.store.whole import RunRecord, WholeRun

from .escaping import code, plain
from .exercise import as_sheet
from .report_samples import agreed, corrections
from .report_steps import about_step, dollars, seconds, tokens

_OUTCOMES: dict[Literal["succeeded", "no_question", "failed", "cancelled"], str] = {
    "succeeded": "It came to a result.",
    "no_question": "It ended without a question.",
    "failed": "It failed.",
    "cancelled": "It was cancelled.",
}
_SIMULATED = (
    "> **Simulated.** The answers are written by hand, for the offline Bedrock; no model gave them."
)
_LABELS = {
    "single-sample": (
        "this answer of the weak model shows a mistake that this answer of the mid-tier one does "
        "not; it does not say that the question separates the models"
    ),
    "screened": "a few answers of each model were compared",
    "certified": "a mistake fixed beforehand was measured on new answers of both models",
}
_ROLES = ("strong", "mid", "weak", "judge", "judge_2")


def as_markdown(whole: WholeRun) -> bytes:
    """Return the report: the outcome, the question with its errors explained, and every step.

    What users and models wrote stands in it as code or escaped: none of it is markup.
    """
    told = _told(whole)
    parts = [*_head(whole), *_result(told), *_steps(told), *_prompts(whole)]
    left_out = len(whole.events) - len(told)
    if left_out:
        parts.append(f"{left_out} of its events are of a newer version, and left out here.")
    return ("\n\n".join(parts) + "\n").encode()


def _told(whole: WholeRun) -> list[AnyEvent]:
    """Return the events this version knows."""
    known = []
    for event in whole.events:
        try:
            known.append(parse(event.data))
        except ValidationError:
            continue
    return known


def _head(whole: WholeRun) -> Iterator[str]:
    run = whole.run
    yield f"# {plain(run.order.topic)}"
    if run.simulated:
        yield _SIMULATED
    yield "\n".join(f"- {line}" for line in _facts(run))


def _facts(run: RunRecord) -> Iterator[str]:
    reason = f" {plain(run.reason)}" if run.reason else ""
    error = f" ({code(run.error_code)})" if run.error_code else ""
    yield f"Outcome: {_OUTCOMES[run.status]}{reason}{error}"
    yield f"Run: {code(run.id)}, {run.kind}, {_span(run)}"
    if run.parent:
        yield f"Goes on from: {code(run.parent)}"
    if run.subtopic or run.difficulty:
        yield f"Subtopic: {plain(run.subtopic or 'none')}; difficulty: {run.difficulty or 'none'}"
    yield f"Attempts: {run.total_attempts} of at most {run.order.max_attempts}"
    if run.evidence:
        yield f"Evidence: {code(run.evidence)} ({_LABELS[run.evidence]})"
    spent = f"{dollars(run.cost_usd, estimated=run.cost_estimated)}, {tokens(run.usage)}"
    yield f"Spent: {run.model_calls} model calls, {spent}"
    roles = [role for role in _ROLES if role in run.models]
    yield f"Models: {', '.join(f'{role} {code(run.models[role])}' for role in roles)}"


def _span(run: RunRecord) -> str:
    lasted = seconds((run.ended_at - run.created_at).total_seconds())
    return f"asked for at {_at(run.created_at)}, over after {lasted}"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _result(told: list[AnyEvent]) -> Iterator[str]:
    for event in told:
        if isinstance(event, Final):
            found = "\n".join(f"- {line}" for line in _judging(event.metadata))
            if found:
                yield f"How it was judged:\n\n{found}"
            if event.assessment is not None:
                yield from as_sheet(event.assessment)


def _judging(found: Metadata) -> Iterator[str]:
    if found.agreement is not None:
        yield agreed(found.agreement, "findings")
    if found.corrected is not None:
        yield from corrections(found.corrected)


def _steps(told: list[AnyEvent]) -> Iterator[str]:
    steps = [part for event in told for part in about_step(event)]
    if steps:
        yield "## Step by step"
        yield from steps


def _prompts(whole: WholeRun) -> Iterator[str]:
    yield "## Prompt texts"
    names = [f"- {code(text.name)}, version {code(text.version)}" for text in whole.prompts]
    yield "\n".join(names) or "None."
