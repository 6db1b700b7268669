"""A page of Streamlit with nothing on it: what any page that is not the first takes at least.

Of such a page Streamlit asks first whether the server is below its path, and then whether above.
"""

import streamlit as st


def first() -> None:
    """Draw nothing."""


def nothing() -> None:
    """Draw what the benchmark waits for."""
    st.button("Next page")


st.navigation(
    [st.Page(first, default=True), st.Page(nothing, url_path="history")], position="hidden"
).run()
