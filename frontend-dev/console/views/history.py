"""The runs so far: find them, open one, or do something with several."""

import streamlit as st

from console import finding
from console.errors import ApiRefused, ConsoleError
from console.replies import RunPage
from console.views import chosen, finder, pages, run_list, session, trouble

ROWS = 20


def page() -> None:
    """Draw the filter and one page of the runs that fit it.

    The filter has its place, and is drawn last: what it consists of takes the browser longer.
    """
    asked = finding.read(st.query_params)
    place = st.container(key="finder")
    _listed(asked)
    with place:
        finder.draw(asked)


def _listed(asked: dict[str, str]) -> None:
    cursor = st.query_params.get("cursor", "")
    try:
        found = session.api().runs(more=asked, limit=ROWS, cursor=cursor)
    except ConsoleError as exc:
        _problem(exc, asked)
        return
    if not found.runs:
        _nothing(asked, cursor)
        return
    chosen.draw(found.runs)
    run_list.draw("runs", found.runs, chosen.boxes(found.runs))
    _turn(found, asked, cursor)


def _problem(exc: ConsoleError, asked: dict[str, str]) -> None:
    if isinstance(exc, ApiRefused) and exc.status == 422:
        trouble.say(trouble.Said(finding.in_words(str(exc)), refused=True))
        if not finding.filtered(asked):
            st.button("Show all runs", icon=":material/filter_alt_off:", on_click=finder.clear)
    else:
        trouble.draw(exc)


def _nothing(asked: dict[str, str], cursor: str) -> None:
    """Say why there is nothing, and offer what to do about it."""
    icon = ":material/history:"
    if finding.filtered(asked):
        st.info("No run fits this filter. Clear it to see all, or loosen it.", icon=icon)
    elif cursor:
        st.info("No run follows: those that did are gone.", icon=icon)
        st.button("First page", icon=":material/first_page:", on_click=_go, args=("",))
    else:
        st.info("There are no runs yet.", icon=icon)
        st.page_link(pages.RUN, label="Ask for the first question", icon=":material/play_circle:")


def _turn(found: RunPage, asked: dict[str, str], cursor: str) -> None:
    behind = _behind(asked, cursor)
    with st.container(horizontal=True):
        if cursor:
            st.button(
                "Previous page", icon=":material/chevron_left:", on_click=_back, args=(behind,)
            )
        if found.next_cursor:
            st.button(
                "Next page",
                icon=":material/chevron_right:",
                on_click=_on,
                args=(behind, cursor, found.next_cursor),
            )


def _behind(asked: dict[str, str], cursor: str) -> list[str]:
    """Return where the pages began that led here; unknown after a reload or with another filter."""
    led = (session.api().endpoint, asked, cursor)
    if st.session_state.get("listed") != led:
        st.session_state["listed"] = led
        if not cursor or cursor != st.session_state.get("turned_to"):
            st.session_state["behind"] = []
    behind: list[str] = st.session_state["behind"]
    return behind


def _on(behind: list[str], here: str, there: str) -> None:
    behind.append(here)
    _go(there)


def _back(behind: list[str]) -> None:
    _go(behind.pop() if behind else "")


def _go(cursor: str) -> None:
    st.session_state["turned_to"] = cursor
    if cursor:
        st.query_params["cursor"] = cursor
    else:
        st.query_params.pop("cursor", None)


page()
