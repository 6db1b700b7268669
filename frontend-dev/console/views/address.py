"""The page's address, as the browser's history keeps it."""

from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "aqumen.address", js=Path(__file__).with_name("address.js").read_text("utf-8")
)


def keep() -> None:
    """Have one entry of the browser's history for each page and run, however they are looked at.

    Streamlit makes one of every change of the query.
    """
    _component(key="address")
