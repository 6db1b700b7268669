"""Why a page has nothing from the API to show, and the next step to take."""

import streamlit as st

from console.errors import ApiRefused, ConsoleError
from console.words import plain

_NEEDS_KEY = "The console sends the key in `AQUMEN_API_KEY`: set it where the console is started."


def say(exc: ConsoleError) -> None:
    """Say what the API answered, or that none did, and what can be done about a refused key."""
    refused = isinstance(exc, ApiRefused)
    st.error(plain(str(exc)), icon=":material/error:" if refused else ":material/cloud_off:")
    if isinstance(exc, ApiRefused) and exc.status == 401:
        st.caption(_NEEDS_KEY)


def draw(exc: ConsoleError) -> None:
    """Say it, and offer to ask again."""
    say(exc)
    st.button("Try again", icon=":material/refresh:", key="try_again")
