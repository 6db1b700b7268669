"""The steps of a run in its report: prompts, answers, checks, evidence, and what they took."""

import json
from collections.abc import Iterator

from aqumen.events import AnyEvent, Call, Evidence, Gate, Reading, Retry, Sample, Step, Usage
from aqumen.judging.differentiation import readings_of

from .escaping import block, code, plain
from .report_samples import about_gate, about_sample, opinions


def about_step(event: AnyEvent) -> Iterator[str]:
    """Yield what the report says of an event, in Markdown: nothing of most."""
    if isinstance(event, Retry):
        yield _retry(event)
    elif isinstance(event, Step):
        yield from _step(event)
    elif isinstance(event, Sample):
        yield from about_sample(event)
        yield from _calls(event.calls)
    elif isinstance(event, Gate):
        yield from about_gate(event)


def dollars(cost_usd: float, *, estimated: bool = False) -> str:
    """Return a sum of money; no `$`, which some readers take for a formula."""
    return f"{cost_usd:.4f} USD{' (an estimate in part)' if estimated else ''}"


def seconds(duration: float) -> str:
    """Return a duration."""
    return f"{duration:.1f} s"


def tokens(usage: Usage) -> str:
    """Return the tokens that went in and came out."""
    cached = usage.cache_read_tokens + usage.cache_write_tokens
    beside = f" and {cached} of the prompt cache" if cached else ""
    return f"{usage.input_tokens} tokens in{beside}, {usage.output_tokens} out"


def _step(step: Step) -> Iterator[str]:
    accepted = "accepted" if step.success else "not accepted"
    place = f"attempt {step.attempt}, answer {step.answer}: {accepted}"
    yield f"### Step {step.step_number}, {plain(step.description)} ({place})"
    facts = "\n".join(f"- {line}" for line in _facts(step))
    if facts:
        yield facts
    yield from _evidence(step.evidence)
    yield from _calls(step.calls)
    if not step.calls:
        yield from _texts(step.prompt, step.response_full)


def _facts(step: Step) -> Iterator[str]:
    if len(step.calls) != 1:
        cost = dollars(step.cost_usd, estimated=step.cost_estimated)
        yield f"{code(step.model)}, {seconds(step.duration_seconds)}, {cost}, {tokens(step.usage)}"
    passed = [check.name for check in step.checks if check.passed]
    if passed:
        yield f"Checks passed: {', '.join(map(code, passed))}"
    for check in step.checks:
        if not check.passed:
            yield f"Check failed: {code(check.name)}: {plain(check.detail)}"


def _calls(calls: tuple[Call, ...]) -> Iterator[str]:
    for number, call in enumerate(calls, 1):
        yield from _call(call, f"Call {number}" if len(calls) > 1 else "")


def _call(call: Call, number: str) -> Iterator[str]:
    named = ": ".join(filter(None, [number, plain(call.label)]))
    if named:
        yield f"#### {named}"
    first = call.first_token_seconds
    began = "" if first is None else f", first token after {seconds(first)}"
    tries = "" if call.tries == 1 else f", {call.tries} tries"
    cost = dollars(call.cost_usd, estimated=call.cost_estimated)
    took = f"{seconds(call.duration_seconds)}{began}{tries}, {cost}, {tokens(call.usage)}"
    yield f"{code(call.model)}, {took}, stopped by {code(call.stop_reason)}"
    yield from _texts(call.prompt, call.response)


def _texts(prompt: str, answer: str) -> Iterator[str]:
    yield f"Prompt:\n\n{block(prompt)}"
    yield f"Answer:\n\n{block(_readable(answer))}"


def _readable(answer: str) -> str:
    """Return an answer that came as data with a line for each of its parts."""
    if not answer.startswith("{"):
        return answer
    try:
        return json.dumps(json.loads(answer), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return answer


def _evidence(found: tuple[Evidence, ...]) -> Iterator[str]:
    if found:
        yield "Evidence, mistake by mistake:"
        yield "\n".join(map(_finding, found))


def _finding(found: Evidence) -> str:
    mid, weak = readings_of(found)
    return "\n".join(
        [f"- {plain(found.mistake)}", *_answer("Mid-tier", mid), *_answer("Weak-tier", weak)]
    )


def _answer(whose: str, read: Reading) -> Iterator[str]:
    quoted = f", in {code(read.quote.text)}" if read.quote is not None else ""
    outcome = "disputed" if read.disputed else read.presence
    reason = f". {plain(read.reason)}" if read.reason else ""
    yield f"  - {whose} answer: {outcome}{quoted}{reason}"
    yield from (f"    - {line}" for line in opinions(read.judges))


def _retry(event: Retry) -> str:
    return (
        f"Step {event.step_number}, attempt {event.attempt}, call {event.call}: try {event.try_} "
        f"failed ({code(event.code)}): {plain(event.message)} "
        f"Waited {seconds(event.wait_seconds)}."
    )
