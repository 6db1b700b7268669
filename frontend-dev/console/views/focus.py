"""Which step, answer and tab of a run are looked at: the page's address says it."""

from collections.abc import Mapping

import streamlit as st

from console.board import Board
from console.places import SHARED, Key, Place

STEPS, TIMELINE = "Steps", "Timeline"
VIEW = "view"
"""The widget, and the part of the address, that says as what the run is shown."""


def step() -> Key | None:
    """Return the step that is looked at, None if the address names none."""
    named = Place.read(st.query_params.get("step", ""))
    return named.key if named else None


def attempt(board: Board) -> int:
    """Return the attempt whose steps are shown: the one looked at, else the latest."""
    at = step()
    return at[0] if at is not None and at[1] > SHARED else max(board.attempt, 1)


def answer(key: Key) -> int | None:
    """Return which answer of a step the address names, None if it does not."""
    said = _of(key, "answer")
    return int(said) if said.isascii() and said.isdigit() else None


def tab(key: Key) -> str:
    """Return which tab of a step the address names; empty if it does not."""
    return _of(key, "tab")


def address(run_id: str, place: Place, tab: str) -> dict[str, str]:
    """Return the query of the address at which a run's page shows a place of it."""
    answer = {"answer": str(place.answer)} if place.answer else {}
    return {"run": run_id, "step": str(place.counted), **answer, "tab": tab}


def view() -> str:
    """Return as what the run is shown."""
    return TIMELINE if st.query_params.get(VIEW) == TIMELINE else STEPS


def turn_to(shown: str) -> None:
    """Show the run as its steps or as a timeline."""
    _write({VIEW: "" if shown == STEPS else shown})


def on(key: Key, *, answer: int | None = None, tab: str = "") -> None:
    """Look at a step."""
    _write({"step": str(Place(*key)), "answer": str(answer or ""), "tab": tab})


def off(key: Key | None = None) -> None:
    """Look at no step any more; at this one no more, if one is named."""
    if key is None or step() == key:
        _write(dict.fromkeys(("step", "answer", "tab"), ""))


def card(run_id: str, key: Key) -> str:
    """Return the key of the card that shows a step."""
    attempt, number = key
    return f"card-{run_id}-{attempt}-{number}"


def _of(key: Key, name: str) -> str:
    return st.query_params.get(name, "") if step() == key else ""


def _write(said: Mapping[str, str]) -> None:
    """Say it at once: the browser draws the page's frame anew for each word of its address."""
    now = st.query_params.to_dict()
    then = {name: value for name, value in (now | dict(said)).items() if value}
    if then != now:
        st.query_params.from_dict(then)
