"""The form that asks for a run."""

from typing import Literal

import streamlit as st

from console.errors import ConsoleError
from console.replies import Order
from console.words import plain

from . import ordering, trouble

EXAMPLES = (
    "GRPO in reinforcement learning",
    "SQL transactions and isolation levels",
    "Rate limiting with Redis",
    "Kubernetes rollouts without downtime",
    "A/B test analysis for a pricing change",
)
DIFFICULTIES = ("Beginner", "Intermediate", "Advanced", "Expert")
RIGORS = ("screened", "certified")


def draw(*, compact: bool) -> None:
    """Draw the form; where a run is shown it takes one line and leaves the page to the run."""
    with (
        st.form("order", border=not compact),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        _topic("collapsed" if compact else "visible")
        if not compact:
            _aim()
        with st.popover("More", icon=":material/tune:"):
            if compact:
                _aim()
            _further()
        st.form_submit_button(
            "Generate", type="primary", icon=":material/play_arrow:", on_click=_ask
        )
    if not compact:
        st.pills("Example topics", EXAMPLES, key="example", on_change=_use_example)


def _topic(label: Literal["visible", "collapsed"]) -> None:
    st.text_input(
        "Topic",
        key="topic",
        max_chars=200,
        placeholder="What should the question be about?",
        persist_state="session",
        label_visibility=label,
    )


def _aim() -> None:
    st.selectbox(
        "Difficulty",
        DIFFICULTIES,
        index=None,
        key="difficulty",
        placeholder="Pipeline chooses",
        width=170,
        persist_state="session",
    )
    st.number_input("Attempts", 1, 5, 3, key="attempts", width=110, persist_state="session")


def _further() -> None:
    st.text_input(
        "Subtopic",
        key="subtopic",
        max_chars=200,
        placeholder="Pipeline chooses",
        persist_state="session",
    )
    st.selectbox(
        "Rigor",
        RIGORS,
        index=None,
        key="rigor",
        placeholder="One answer of each model",
        format_func=str.capitalize,
        help="Screened takes three answers of each model. Certified then puts one mistake to "
        "the test with twelve new ones each; it costs several times as much.",
        persist_state="session",
    )


def _use_example() -> None:
    if chosen := st.session_state.get("example"):
        st.session_state["topic"] = chosen


def _ask() -> None:
    state = st.session_state
    order = Order(
        topic=str(state["topic"]).strip(),
        max_attempts=int(state["attempts"]),
        difficulty=state["difficulty"],
        subtopic=state["subtopic"],
        rigor=state["rigor"],
    )
    state["order_problem"] = ordering.ask(order)


def draw_problem(problem: ConsoleError | None) -> None:
    """Say why no run was started, in one sentence."""
    if sentence := st.session_state.pop("order_problem", ""):
        st.error(plain(sentence), icon=":material/error:")
    elif problem is not None:
        trouble.say(problem)
