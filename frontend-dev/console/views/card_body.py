"""The inside of a card: what was written, asked, checked and paid."""

import json
from collections.abc import Callable

import streamlit as st

from console.parts import Call
from console.values import Answer, StepCard
from console.wire import Step
from console.words import count, duration, model_name, money

from . import markup

LIVE_HEIGHT = 210
CALLS_ABREAST = 2
"""Calls whose texts stand side by side while they are written."""
JUDGING = 6
"""The step that makes two calls at once; their places are there from the first token on."""
TEXT_HEIGHT = 420

CALL_HEAD = (
    "Call", "Model", "Time", "First token", "In", "Cached", "Out", "Cost", "Tries", "Stopped by"
)  # fmt: skip


def draw(key: str, card: StepCard) -> None:
    """Draw one answer of the step: the one chosen, at first the latest."""
    answer = _chosen(key, card)
    if answer is None:
        _waiting() if card.live else st.caption("Nothing was written.")
        return
    for retry in answer.retries:
        st.caption(
            f":material/refresh: Try {retry.try_} of call {retry.call} failed "
            f"({markup_code(retry.code)}); tried again after {duration(retry.wait_seconds)}."
        )
    if answer.done is None:
        _live(card, answer)
    else:
        _arrived(key, answer.done)


def markup_code(code: str) -> str:
    """Return an error code as words."""
    return code.replace("_", " ") or "no reason given"


def _chosen(key: str, card: StepCard) -> Answer | None:
    if len(card.answers) < 2:
        return next(iter(card.answers), None)
    numbers = [answer.number for answer in card.answers]
    names = {answer.number: _answer_name(answer) for answer in card.answers}
    chosen = st.segmented_control(
        "Answer",
        numbers,
        default=numbers[-1],
        format_func=lambda number: names.get(number, str(number)),
        key=f"{key}-answer-{len(numbers)}",
        label_visibility="collapsed",
    )
    return next((each for each in card.answers if each.number == chosen), card.answers[-1])


def _answer_name(answer: Answer) -> str:
    if answer.done is None:
        return f"Answer {answer.number}, being written"
    return f"Answer {answer.number}, {'accepted' if answer.done.success else 'not accepted'}"


def _live(card: StepCard, answer: Answer) -> None:
    if not card.live:
        st.caption("The run ended while this was being written.")
    calls = sorted(answer.writing)
    if not calls:
        _waiting()
    for start in range(0, len(calls), CALLS_ABREAST):
        abreast = calls[start : start + CALLS_ABREAST]
        places = CALLS_ABREAST if card.number == JUDGING else len(abreast)
        for column, call in zip(st.columns(places), abreast, strict=False):
            with column.container(height=LIVE_HEIGHT, autoscroll=True, border=False):
                st.code(answer.writing[call].text, language=None, wrap_lines=True)


def _waiting() -> None:
    """Keep the room that the text will take, so that nothing jumps when it comes."""
    with st.container(height=LIVE_HEIGHT, border=False):
        st.caption("Waiting for the first token")


def _arrived(key: str, step: Step) -> None:
    if step.failed_checks:
        st.html(markup.checks(step.failed_checks))
    drawers: dict[str, Callable[[str, Step], None]] = {
        "Response": _response,
        "Prompt": _prompt,
        f"Checks ({_passed(step)})": _checks,
        f"Calls ({len(step.calls)})": _calls,
    }
    if step.evidence:
        drawers = {"Evidence": _evidence} | drawers
    tabs = st.tabs(list(drawers), key=f"{key}-tabs-{step.answer}", on_change="rerun")
    for tab, drawer in zip(tabs, drawers.values(), strict=True):
        if tab.open:
            with tab:
                drawer(key, step)


def _passed(step: Step) -> str:
    return f"{sum(check.passed for check in step.checks)} of {len(step.checks)}"


def _evidence(_key: str, step: Step) -> None:
    st.html(markup.evidence(step.evidence))


def _response(_key: str, step: Step) -> None:
    _text(step.response_full or step.response_preview)


def _prompt(_key: str, step: Step) -> None:
    _text(step.prompt)


def _checks(_key: str, step: Step) -> None:
    if step.checks:
        st.html(markup.checks(step.checks))
    else:
        st.caption("This step has no checks.")


def _calls(key: str, step: Step) -> None:
    if not step.calls:
        st.caption("No model was called: the answer was known already.")
        return
    st.html(markup.table(CALL_HEAD, [_call_row(call) for call in step.calls]))
    if len(step.calls) > 1:
        numbers = range(len(step.calls))
        chosen = st.selectbox(
            "Call in full",
            numbers,
            format_func=lambda number: step.calls[number].label or f"Call {number + 1}",
            key=f"{key}-call-{step.answer}",
        )
        st.caption("Asked")
        _text(step.calls[chosen].prompt)
        st.caption("Answered")
        _text(step.calls[chosen].response)


def _call_row(call: Call) -> tuple[str, ...]:
    first = call.first_token_seconds
    usage = call.usage
    return (
        call.label,
        model_name(call.model),
        duration(call.duration_seconds),
        duration(first) if first is not None else "",
        count(usage.input_tokens),
        count(usage.cache_read_tokens),
        count(usage.output_tokens),
        money(call.cost_usd, estimated=call.cost_estimated),
        str(call.tries),
        markup_code(call.stop_reason),
    )


def _text(text: str) -> None:
    """Show text as it is; JSON is laid out."""
    try:
        shown, language = json.dumps(json.loads(text), indent=2, ensure_ascii=False), "json"
    except ValueError:
        shown, language = text, None
    tall = shown.count("\n") > 16 or len(shown) > 1600
    st.code(
        shown or " ", language=language, wrap_lines=True, height=TEXT_HEIGHT if tall else "content"
    )
