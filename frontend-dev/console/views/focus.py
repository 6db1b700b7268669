"""Which step, answer and tab of a run are looked at, and what of it: the page's address says it."""

from collections.abc import Collection, Mapping
from typing import TypeVar

import streamlit as st

from console.board import Board
from console.places import SHARED, Key, Place, Sampled

STEPS, TIMELINE = "Steps", "Timeline"
VIEW = "view"
"""The widget, and the part of the address, that says as what the run is shown."""
SAMPLE = "sample"
"""The part of the address that says which sampled answer is looked at."""

_ATTEMPT = "attempt_shown"
_OF_STEP = ("step", "answer", "tab", "tier", "call")
_Option = TypeVar("_Option")


def step() -> Key | None:
    """Return the step that is looked at, None if the address names none."""
    named = Place.read(st.query_params.get("step", ""))
    return named.key if named else None


def attempt(run_id: str, board: Board) -> int:
    """Return the attempt whose steps are shown: the one looked at, else the latest.

    Of a run that is over it is the one looked at last: to close a card is not to leave it.
    """
    named = _attempt(board)
    if named is not None:
        st.session_state[_ATTEMPT] = run_id, named
        return named
    of_run, last = st.session_state.get(_ATTEMPT, ("", 0))
    return last if of_run == run_id and board.over else max(board.attempt, 1)


def _attempt(board: Board) -> int | None:
    at, answer = step(), sample()
    if at is not None and at[1] > SHARED and at[0] <= board.attempt:
        return at[0]
    if answer is not None and answer.attempt <= board.attempt:
        return answer.attempt
    return None


def answer(key: Key) -> int | None:
    """Return which answer of a step the address names, None if it does not."""
    return _number(_of(key, "answer"))


def tab(key: Key) -> str:
    """Return which tab of a step the address names; empty if it does not."""
    return _of(key, "tab")


def tier(key: Key) -> str:
    """Return whose answer is read beside a step's evidence; empty if the address does not say."""
    return _of(key, "tier")


def call(key: Key) -> int | None:
    """Return which call of a step is shown in full, None if the address does not say."""
    return _number(_of(key, "call"))


def sample() -> Sampled | None:
    """Return the sampled answer that is looked at, None if the address names none."""
    return Sampled.read(st.query_params.get(SAMPLE, ""))


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


def on(
    key: Key, *, answer: int | None = None, tab: str = "", tier: str = "", call: int | None = None
) -> None:
    """Look at a step: what is not said of it is not in the address any more.

    Nor is a sampled answer of another attempt, which is not shown together with the step.
    """
    looked_at = sample()
    leaves = looked_at and key[1] > SHARED and looked_at.attempt != key[0]
    said = {"step": str(Place(*key)), "answer": str(answer or ""), "call": str(call or "")}
    _write(said | {"tab": tab, "tier": tier} | ({SAMPLE: ""} if leaves else {}))


def off(key: Key) -> None:
    """Look at a step no more."""
    if step() == key:
        _write(dict.fromkeys(_OF_STEP, ""))


def leave() -> None:
    """Look at nothing of a run any more."""
    st.session_state.pop(_ATTEMPT, None)
    _write(dict.fromkeys((*_OF_STEP, SAMPLE), ""))


def on_sample(answer: Sampled) -> None:
    """Look at a sampled answer, beside the step that is looked at."""
    _write({SAMPLE: str(answer)})


def off_sample() -> None:
    """Look at no sampled answer any more."""
    _write({SAMPLE: ""})


def hold(widget: str, named: _Option | None, options: Collection[_Option]) -> None:
    """Have a widget hold what the address names, if that is one of its options."""
    if named in options and st.session_state.get(widget) != named:
        st.session_state[widget] = named


def short(label: str) -> str:
    """Return what an address calls a tab."""
    return label.partition(" ")[0].lower()


def card(run_id: str, key: Key) -> str:
    """Return the key of the card that shows a step."""
    attempt, number = key
    return f"card-{run_id}-{attempt}-{number}"


def _of(key: Key, name: str) -> str:
    return st.query_params.get(name, "") if step() == key else ""


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else None


def _write(said: Mapping[str, str]) -> None:
    """Say it at once: the browser draws the page's frame anew for each word of its address.

    No value at all leaves a name out.
    """
    now = st.query_params.to_dict()
    new = {name: value for name, value in said.items() if value != now.get(name, "")}
    if new:
        st.query_params.update({name: value or () for name, value in new.items()})
