"""HTML in which steps can be picked, or that is long.

Streamlit's own is searched in the browser for all that acts, and cleared of it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from console.places import Key, Place

_component = st.components.v2.component(
    "aqumen.picker",
    js=Path(__file__).with_name("picker.js").read_text("utf-8"),
    isolate_styles=False,
)


class Linked(NamedTuple):
    """What an address leads to."""

    run_id: str
    key: str
    """Of what is to be seen; empty where the address names nothing of the run."""


NOTHING = Linked("", "")


def draw(
    key: str,
    html: str,
    on_pick: Callable[[Key, bool], None] | None = None,
    *,
    shows: Linked = NOTHING,
    at: Key | None = None,
) -> None:
    """Draw HTML, in which whatever is other people's must be escaped.

    A click on an element with `data-pick` calls `on_pick` with the step that names and whether it
    opens: unless its `data-says`, the step and `close`, says otherwise. A click may be told twice,
    and says the same then. It brings into view what has the key its `data-shows` names, once that
    is open; `shows` does so at first.
    `at` is the step that is looked at: its element is the current one. It stands apart from the
    HTML, so that looking at another step does not build all of it anew.
    A click on one with `data-goes` brings into view what has that among its `data-number`.
    """
    _component(
        key=key,
        data={
            "html": html,
            "shows": shows.key,
            "of": shows.run_id,
            "at": str(Place(*at)) if at else "",
        },
        on_picked_change=lambda: _picked(key, on_pick),
    )


def _picked(key: str, on_pick: Callable[[Key, bool], None] | None) -> None:
    step, _, word = str(st.session_state[key].get("picked") or "").partition(" ")
    picked = Place.read(step)
    if picked is not None and on_pick is not None:
        on_pick(picked.key, word != "close")
