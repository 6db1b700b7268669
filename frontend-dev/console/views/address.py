"""The page's address, as the browser's history keeps it."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

_component = st.components.v2.component(
    "aqumen.address", js=Path(__file__).with_name("address.js").read_text("utf-8")
)


def begin(page: st.Page, pages: Sequence[st.Page]) -> None:
    """Have the browser's history kept from before anything can be clicked on a page just loaded.

    To be called before the page is drawn.
    """
    _say("address-begins", page, pages, begins=True)


def keep(page: st.Page, pages: Sequence[st.Page]) -> None:
    """Have one entry of the browser's history for each page and run, however they are looked at.

    Streamlit makes one of every change of the query, and gives the query of a page to whichever
    page the browser is at by then. To be called when the page has been drawn.
    """
    _say("address", page, pages, begins=False)


def _say(key: str, page: st.Page, pages: Sequence[st.Page], *, begins: bool) -> None:
    data = {
        "page": page.url_path,
        "pages": [each.url_path for each in pages],
        "query": urlencode(st.query_params.to_dict()),
        "begins": begins,
    }
    with st.sidebar:
        _component(key=key, data=data)
