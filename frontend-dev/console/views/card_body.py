"""The inside of a card: what was written, asked, checked and paid."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from console.attempts import rejection
from console.board import Board
from console.parts import Call
from console.values import Answer, StepCard
from console.watch import Watch
from console.wire import Step
from console.words import count, duration, model_name, money, spoken

from . import answer_tab, evidence_tab, focus, markup, prompt_tab

LIVE_HEIGHT = 210
CALLS_ABREAST = 2
"""Calls whose texts stand side by side while they are written."""
JUDGING = 6
"""The step that makes two calls at once; their places are there from the first token on."""

CALL_HEAD = (
    "Call", "Model", "Time", "First token", "In", "Cached", "Out", "Cost", "Tries", "Stopped by"
)  # fmt: skip


def draw(key: str, watch: Watch, board: Board, card: StepCard) -> None:
    """Draw one answer of the step: the one chosen, at first the latest."""
    answer = _chosen(key, card)
    if answer is None:
        _waiting() if card.live else st.caption("Nothing was written.")
        return
    for retry in answer.retries:
        st.caption(
            f":material/refresh: Try {retry.try_} of call {retry.call} failed "
            f"({spoken(retry.code)}); tried again after {duration(retry.wait_seconds)}."
        )
    if answer.done is None:
        _live(card, answer)
    else:
        _arrived(key, watch, board, card, answer.done)


def _chosen(key: str, card: StepCard) -> Answer | None:
    if len(card.answers) < 2:
        return next(iter(card.answers), None)
    names = {answer.number: _answer_name(answer) for answer in card.answers}
    widget = f"{key}-answer-{len(names)}"
    wanted = focus.answer((card.attempt, card.number))
    if wanted in names and st.session_state.get(widget) != wanted:
        st.session_state[widget] = wanted
    chosen = st.segmented_control(
        "Answer",
        list(names),
        default=None if widget in st.session_state else list(names)[-1],
        format_func=lambda number: names.get(number, str(number)),
        key=widget,
        required=True,
        on_change=_look_at_answer,
        args=(widget, card),
        label_visibility="collapsed",
    )
    return next((each for each in card.answers if each.number == chosen), card.answers[-1])


def _look_at_answer(widget: str, card: StepCard) -> None:
    key = (card.attempt, card.number)
    focus.on(key, answer=st.session_state[widget], tab=focus.tab(key))


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


def _arrived(key: str, watch: Watch, board: Board, card: StepCard, step: Step) -> None:
    if why := rejection(step):
        st.html(markup.verdict(why, [], "bad"))
    drawers: dict[str, Callable[[], None]] = {
        "Answer": partial(answer_tab.draw, step),
        "Prompt": partial(prompt_tab.draw, key, watch, step),
        f"Checks ({_passed(step)})": partial(_checks, step),
        f"Calls ({len(step.calls)})": partial(_calls, key, step),
        "Raw": partial(answer_tab.raw, step.response_full or step.response_preview),
    }
    if step.evidence:
        drawers = {"Evidence": partial(evidence_tab.draw, key, board, card, step)} | drawers
    widget = f"{key}-tabs-{step.answer}"
    _turn_to_tab(widget, list(drawers), card)
    tabs = st.tabs(list(drawers), key=widget, on_change=_look_at_tab, args=(widget, card))
    for tab, drawer in zip(tabs, drawers.values(), strict=True):
        if tab.open:
            with tab:
                drawer()


def _turn_to_tab(widget: str, labels: list[str], card: StepCard) -> None:
    """Open the tab the address names."""
    wanted = focus.tab((card.attempt, card.number))
    found = next((label for label in labels if _short(label) == wanted), None)
    if found and st.session_state.get(widget) != found:
        st.session_state[widget] = found


def _look_at_tab(widget: str, card: StepCard) -> None:
    key = (card.attempt, card.number)
    focus.on(key, answer=focus.answer(key), tab=_short(str(st.session_state[widget] or "")))


def _short(label: str) -> str:
    """Return what an address calls a tab."""
    return label.partition(" ")[0].lower()


def _passed(step: Step) -> str:
    return f"{sum(check.passed for check in step.checks)} of {len(step.checks)}"


def _checks(step: Step) -> None:
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
        answer_tab.raw(step.calls[chosen].prompt)
        st.caption("Answered")
        answer_tab.raw(step.calls[chosen].response)


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
        spoken(call.stop_reason),
    )
