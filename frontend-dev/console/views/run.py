"""One run: asking for it, watching it, reading what came of it."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from console.board import Board
from console.errors import TooManyFeeds
from console.views import (
    cards,
    composer,
    focus,
    header,
    markup,
    ordering,
    rail,
    replay,
    result,
    session,
    sidebar,
    tabs,
    timeline,
    trouble,
    unfolded,
)
from console.watch import Watch

Draw = Callable[[Watch, Board], None]
Part = Callable[[Draw, str, Watch, Board], None]
Mode = Literal["moving", "replayed", "still"]
"""How a run is drawn: one that moves again and again, one that is replayed and paused as one piece,
too, and one that is over in parts, so that a click in one of them draws no other again.

Nothing here is a fragment within another: what an inner one has drawn and the browser has not got
yet survives a new run of the outer one, and reaches the browser before the place it is for.
"""

EVERY_SECONDS = 0.4  # a token has a second to appear, and drawing costs little

WHAT_HAPPENS = (
    (
        "Steps 1 to 3",
        "A task",
        "A strong model picks a subtopic, lists mistakes that people really make there, and sets a "
        "task in which they would show. None is planted.",
    ),
    (
        "Steps 4 to 6",
        "Two answers, one judge",
        "A mid-tier and a weak-tier model answer the task. A judge reads each answer alone, not "
        "knowing whose it is, and quotes the mistakes it finds.",
    ),
    (
        "Step 7",
        "A question",
        "Mistakes that only the weak model made become an exercise: find the errors in a text. "
        "If there are none, the task is set anew.",
    ),
)


def page() -> None:
    """Draw the form and, if there is one, the run."""
    problem = ordering.settle()
    run_id = session.shown_run()
    composer.draw(compact=run_id is not None)
    with st.container():
        composer.draw_problem(problem)
    if run_id is None:
        _welcome()
        return
    if st.query_params.get("run") != run_id:
        st.query_params["run"] = run_id
    try:
        watch = session.watch(run_id)
        watch.catch_up()
    except TooManyFeeds as exc:
        trouble.draw(exc)
        return
    if not session.stayed():
        unfolded.forget()
    mode = _mode(watch)
    if mode == "still":
        with st.container():
            _draw(watch, mode, _by_itself)
    else:
        every = EVERY_SECONDS if mode == "moving" else None
        st.fragment(_draw, run_every=every, key="run")(watch, mode, _in_place)


def _ready() -> None:
    """Have the browser load, before anybody waits for it, what it needs for the first open card."""
    with st.container(key="ready"):
        tabs.draw("ready-tabs", {"": " "}, "", lambda _name: None)
        st.code(" ", language="python")


def _welcome() -> None:
    st.html(markup.columns(WHAT_HAPPENS))
    if sidebar.simulated():
        st.info(
            "Answers are simulated: no model is asked and nothing is paid.",
            icon=":material/science:",
        )


def _mode(watch: Watch) -> Mode:
    if not watch.over or replay.playing(watch):
        return "moving"
    return "replayed" if replay.stands(watch) else "still"


def _draw(watch: Watch, mode: Mode, part: Part) -> None:
    """Draw the run; each part has a place that stays, whatever comes and goes above it.

    What is drawn in another place is made anew in the browser, and a click or a key that comes just
    then is lost. So the places are the same in every mode.
    """
    try:
        board = replay.scene(watch, watch.catch_up())
    except TooManyFeeds as exc:
        trouble.draw(exc)
        return
    if _mode(watch) != mode:
        st.rerun()
    problem = watch.connection.problem
    if problem is not None and board.start is None:
        tell = header.draw_refusal if watch.over else header.draw_silence
        tell(problem)
        return
    header.draw(watch, board)
    part(_inside, "inside", watch, board)
    part(result.draw, "result", watch, board)


def _by_itself(draw: Draw, key: str, watch: Watch, board: Board) -> None:
    st.fragment(draw, key=key)(watch, board)


def _in_place(draw: Draw, _key: str, watch: Watch, board: Board) -> None:
    """Draw a part where it stands in a still run, as a fragment has a container, too."""
    with st.container():
        draw(watch, board)


def _inside(watch: Watch, board: Board) -> None:
    rail.draw(watch.run_id, board)
    if _view() == focus.TIMELINE:
        timeline.draw(watch, board)
    else:
        cards.draw(watch, board)


def _view() -> str:
    shown = focus.view()
    if st.session_state.get(focus.VIEW) != shown:
        st.session_state[focus.VIEW] = shown
    st.segmented_control(
        "Shown as",
        (focus.STEPS, focus.TIMELINE),
        required=True,
        key=focus.VIEW,
        on_change=_turn,
        label_visibility="collapsed",
    )
    return shown


def _turn() -> None:
    focus.turn_to(st.session_state[focus.VIEW])


page()
_ready()
