"""The page's address, as the browser's history keeps it."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

_component = st.components.v2.component(
    "aqumen.address", js=Path(__file__).with_name("address.js").read_text("utf-8")
)


def keep(page: st.Page, pages: Sequence[st.Page]) -> None:
    """Have one entry of the browser's history for each page and run, however they are looked at.

    Streamlit makes one of every change of the query, and gives the query of a page to whichever
    page the browser is at by then. To be called when the page has been drawn.
    """
    data = {
        "page": page.url_path,
        "pages": [each.url_path for each in pages],
        "query": urlencode(st.query_params.to_dict()),
    }
    with st.sidebar:
        _component(key="address", data=data)
