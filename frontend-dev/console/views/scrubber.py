"""The scrubber of a replay: a component of our own, which moves by itself and is moved.

Streamlit's slider takes every value it is given while somebody moves it, and so drops theirs.
"""

from collections.abc import Callable
from math import ceil
from pathlib import Path

import streamlit as st

from console.playhead import move_of

KEY = "scrubber"
_HEARD = "scrubber_heard"
_HERE = Path(__file__)
_component = st.components.v2.component(
    "aqumen.scrubber",
    html='<label><input type="range" min="0" step="0.1" aria-label="Moment of the run">'
    "<output></output></label>",
    css=_HERE.with_suffix(".css").read_text("utf-8"),
    js=_HERE.with_suffix(".js").read_text("utf-8"),
)


def draw(at: float, longest: float, on_move: Callable[[float], None]) -> None:
    """Draw where a replay stands, in seconds of `longest`; a move calls `on_move` with seconds."""
    heard = st.session_state.get(_HEARD, 0)
    _component(
        key=KEY,
        data={"at": round(at, 3), "longest": ceil(longest * 10) / 10, "heard": heard},
        on_moved_change=lambda: _moved(longest, on_move),
    )


def _moved(longest: float, on_move: Callable[[float], None]) -> None:
    """Take each move once: the browser tells of it until it sees that it was heard."""
    move = move_of(st.session_state[KEY].get("moved"), longest)
    if move is not None and move.turn > st.session_state.get(_HEARD, 0):
        st.session_state[_HEARD] = move.turn
        on_move(move.to)
