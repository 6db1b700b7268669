"""The inside of a card: what was written, asked, checked and paid."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from console.attempts import rejection
from console.board import Board
from console.places import Place
from console.values import Answer, StepCard
from console.watch import Watch
from console.wire import Step
from console.words import duration, spoken

from . import answer_tab, calls_tab, evidence_tab, focus, markup, prompt_tab, tabs

LIVE_HEIGHT = 210
CALLS_ABREAST = 2
"""Calls whose texts stand side by side while they are written."""
JUDGING = 6
"""The step that makes two calls at once; their places are there from the first token on."""


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
    focus.hold(widget, focus.answer((card.attempt, card.number)), names)
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
    place = Place(card.attempt, card.number, step.answer if len(card.answers) > 1 else 0)
    drawers: dict[str, Callable[[], None]] = {
        "Answer": partial(answer_tab.draw, key, step),
        "Prompt": partial(prompt_tab.draw, key, watch, step),
        f"Checks ({_passed(step)})": partial(_checks, step),
        f"{calls_tab.TAB} ({len(step.calls)})": partial(calls_tab.draw, key, place, step),
        "Raw": partial(answer_tab.raw, step.response_full or step.response_preview),
    }
    if step.evidence:
        evidence = partial(evidence_tab.draw, key, board, place, step)
        drawers = {evidence_tab.TAB: evidence} | drawers
    named = {focus.short(label): label for label in drawers}
    widget = f"{key}-tabs-{step.answer}"
    shown = _tab(widget, place, list(named))
    tabs.draw(widget, named, shown, partial(_turn, widget, place))
    with st.container():
        drawers[named[shown]]()


def _tab(widget: str, place: Place, names: list[str]) -> str:
    """Return the tab that is shown: the one the address names, else the one turned to last."""
    if focus.tab(place.key) in names:
        _turned()[widget] = focus.tab(place.key)
    kept = _turned().get(widget)
    return kept if kept in names else names[0]


def _turned() -> dict[str, str]:
    turned: dict[str, str] = st.session_state.setdefault("tabs", {})
    return turned


def _turn(widget: str, place: Place, tab: str) -> None:
    _turned()[widget] = tab
    focus.on(place.key, answer=place.answer, tab=tab)


def _passed(step: Step) -> str:
    return f"{sum(check.passed for check in step.checks)} of {len(step.checks)}"


def _checks(step: Step) -> None:
    if step.checks:
        st.html(markup.checks(step.checks))
    else:
        st.caption("This step has no checks.")
