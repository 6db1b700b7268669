"""The tabs of a card: Streamlit's own cost the browser more than all else of a card."""

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "aqumen.tabs",
    js=Path(__file__).with_name("tabs.js").read_text("utf-8"),
    isolate_styles=False,
)


def draw(key: str, labels: Mapping[str, str], shown: str, on_turn: Callable[[str], None]) -> None:
    """Draw tabs by name and label, one of them shown; a name that is picked goes to `on_turn`."""
    _component(
        key=key,
        data={"names": list(labels), "labels": list(labels.values()), "shown": shown},
        on_turned_change=lambda: _turned(key, labels, on_turn),
    )


def _turned(key: str, labels: Mapping[str, str], on_turn: Callable[[str], None]) -> None:
    name = str(st.session_state[key].get("turned") or "")
    if name in labels:
        on_turn(name)
