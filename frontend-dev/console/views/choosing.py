"""The lines of an exercise, of which a student chooses pieces: a component of our own."""

from pathlib import Path
from typing import Any

import streamlit as st

from console.played import choices
from console.replies import Exercise

_HERE = Path(__file__)
_sheet = st.components.v2.component(
    "aqumen_choosing",
    html='<div class="sheet" role="group" aria-label="The exercise: choose what is wrong"></div>',
    css=_HERE.with_suffix(".css").read_text("utf-8"),
    js=_HERE.with_suffix(".js").read_text("utf-8"),
)


def draw(exercise: Exercise, key: str) -> list[Any]:
    """Draw the lines; return what is chosen, as the browser says it, for the API to check."""
    # Streamlit takes no component whose key has two low lines together, as a link's token may.
    key = key.replace("_", ".")
    chosen = _sheet(data=choices(exercise), key=key, on_chosen_change=_noted)["chosen"]
    return chosen if isinstance(chosen, list) else []


def _noted() -> None:
    """Nothing is done when a piece is chosen; the page is drawn again with it."""
