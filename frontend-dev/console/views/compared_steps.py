"""The steps of compared runs: all in an overview, and one of them word by word."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from console.board import Board
from console.comparison import (
    JUDGING,
    Aligned,
    aligned,
    alignment,
    answer_of,
    first_difference,
    prompt_of,
    verdicts,
)
from console.diff import rows, shortened
from console.places import SHARED, Place
from console.wire import Step
from console.words import count, duration, model_name, money

from . import changed_text, focus, markup, pages, side_by_side
from .rail import NAMES
from .side_by_side import LETTERS

Text = Callable[[Step], str]

MOST_AT_ONCE = 9
"""Steps that are listed without being asked for."""
FIGURES = ("Run", "Model", "Answer", "Prompt tokens", "Cached", "Out", "Cost", "Time", "Checks")


_TABS_THERE = {
    "Verdicts": "evidence",
    "Answers": "answer",
    "Prompts": "prompt",
    "Figures": "calls",
    "Checks": "checks",
}
"""What the run's own page calls what a tab shows."""


def draw(runs: Mapping[str, Board]) -> None:
    """Draw the overview, and the place that the address names or the first that differs."""
    boards = list(runs.values())
    found = alignment(boards)
    if not found:
        st.info("None of these runs has begun a step yet.", icon=":material/hourglass_empty:")
        return
    place = _place(found)
    differing = sum(bool(each.differs) for each in found)
    label = f"**All steps** :small[:gray[{differing} of {len(found)} differ]]"
    with st.expander(label, expanded=len(found) <= MOST_AT_ONCE, key="compared_all"):
        st.html(side_by_side.overview(found, place.counted, NAMES, range(len(boards))))
    _choose(found, place)
    _body(aligned(boards, place), list(runs))


def _place(found: Sequence[Aligned]) -> Place:
    asked = Place.read(st.query_params.get("step", ""))
    if asked is not None and asked.counted in {each.place for each in found}:
        return asked
    return first_difference(found) or found[0].place


def _choose(found: Sequence[Aligned], place: Place) -> None:
    """Draw the choice of an attempt, of one of its steps and of one of that step's answers."""
    by_place = {each.place: each for each in found}
    attempts = sorted({each.attempt for each in by_place if each.step > SHARED})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(attempts) > 1:
            firsts = [
                min(each for each in by_place if _within(each, number)) for number in attempts
            ]
            named = {each: f"Attempt {each.attempt}" for each in firsts}
            now = next((each for each in firsts if each.attempt == place.attempt), firsts[0])
            _control("Attempt", "compared_attempt", named, now)
        steps = [each for each in by_place if each.step <= SHARED or _within(each, place.attempt)]
        _control(
            "Step", "compared_step", {each: _name(by_place[each]) for each in steps}, place.counted
        )
        answers = by_place[place.counted].answers
        if len(answers) > 1:
            of_step = [place.counted, *(place._replace(answer=number) for number in answers)]
            _control(
                "Answer", "compared_answer", {each: _answer_name(each) for each in of_step}, place
            )


def _within(place: Place, attempt: int) -> bool:
    return place.step > SHARED and place.attempt == attempt


def _name(each: Aligned) -> str:
    return f"{each.place.step} {NAMES[each.place.step - 1]}{' ≠' if each.differs else ''}"


def _answer_name(place: Place) -> str:
    return f"Answer {place.answer}" if place.answer else "The one that counts"


def _control(label: str, key: str, named: dict[Place, str], now: Place) -> None:
    """Draw one choice among places; the address holds what is chosen."""
    st.session_state[key] = str(now)
    st.segmented_control(
        label,
        [str(each) for each in named],
        format_func=lambda text: {str(each): name for each, name in named.items()}.get(text, text),
        key=key,
        required=True,
        wrap=True,
        on_change=_go,
        args=(key,),
    )


def _go(key: str) -> None:
    st.query_params["step"] = st.session_state[key]


def _body(each: Aligned, runs: Sequence[str]) -> None:
    missing = [LETTERS[number] for number, step in enumerate(each.steps) if step is None]
    if missing:
        st.caption(f"Nothing has come of this in {' and '.join(missing)}.")
    present = {number: step for number, step in enumerate(each.steps) if step is not None}
    if not present:
        return
    drawers: dict[str, Callable[[dict[int, Step]], None]] = {
        "Answers": _answers,
        "Prompts": _prompts,
        "Figures": _figures,
        "Checks": _checks,
    }
    if each.place.step == JUDGING:
        drawers = {"Verdicts": _verdicts} | drawers
    first = next(name for name in drawers if name != "Answers" or _answers_differ(each))
    tabs = st.tabs(list(drawers), default=first, key="tab", bind="query-params")
    for tab, (name, drawer) in zip(tabs, drawers.items(), strict=True):
        if tab.open:
            with tab:
                _ways([(number, runs[number]) for number in present], each.place, name)
                drawer(present)


def _ways(runs: Sequence[tuple[int, str]], place: Place, tab: str) -> None:
    """Draw the way to the same place on each run's own page."""
    for column, (number, run_id) in zip(st.columns(len(runs)), runs, strict=True):
        column.page_link(
            pages.RUN,
            label=f"{LETTERS[number]}: open this step",
            icon=":material/arrow_outward:",
            query_params=focus.address(run_id, place, _TABS_THERE[tab]),
        )


def _answers_differ(each: Aligned) -> bool:
    return "answer" in each.differs or "prompt" not in each.differs


def _answers(steps: dict[int, Step]) -> None:
    _texts(steps, answer_of)


def _prompts(steps: dict[int, Step]) -> None:
    _texts(steps, prompt_of)
    st.caption("The keys that mark data in a prompt are new in every run; they stand here as “…”.")


def _texts(steps: dict[int, Step], text: Text) -> None:
    """Draw texts side by side, what is the same in all of them left out unless asked for."""
    said = tuple(text(step) for step in steps.values())
    if len(said) > 1 and len(set(said)) == 1:
        st.caption("The same in all of them, word for word.")
    whole = st.toggle("Also what is the same", key="all", bind="query-params")
    if whole or len(set(said)) > 1 or len(said) == 1:
        st.html(_diff(said, tuple(steps), whole=whole or len(said) == 1))


@st.cache_data(max_entries=64, show_spinner="Comparing long texts")
def _diff(texts: tuple[str, ...], runs: tuple[int, ...], *, whole: bool) -> str:
    found = rows(texts)
    return changed_text.as_html(
        found if whole else shortened(found), [LETTERS[number] for number in runs]
    )


def _verdicts(steps: dict[int, Step]) -> None:
    st.html(side_by_side.verdicts(verdicts(list(steps.values())), list(steps)))


def _figures(steps: dict[int, Step]) -> None:
    st.html(markup.table(FIGURES, [_row(number, step) for number, step in steps.items()]))


def _row(number: int, step: Step) -> tuple[str, ...]:
    usage = step.usage
    passed = sum(check.passed for check in step.checks)
    return (
        LETTERS[number],
        model_name(step.model),
        f"{step.answer}{', reused' if step.reused_from else ''}",
        count(usage.input_tokens),
        count(usage.cache_read_tokens),
        count(usage.output_tokens),
        money(step.cost_usd, estimated=step.cost_estimated),
        duration(step.duration_seconds),
        f"{passed} of {len(step.checks)}",
    )


def _checks(steps: dict[int, Step]) -> None:
    columns = st.columns(len(steps))
    for column, (number, step) in zip(columns, steps.items(), strict=True):
        with column:
            st.html(
                markup.group(LETTERS[number], "" if step.checks else "This step has no checks.")
            )
            st.html(markup.checks(step.checks))
