"""From a finished question to its student: play it, and send the link to it."""

import streamlit as st

from console.errors import ConsoleError

from . import pages, session, trouble


def draw(run_id: str) -> None:
    """Draw the ways to the exercise of a run that has one."""
    if st.button("Play it", icon=":material/extension:"):
        _play(run_id)
    with st.popover("Copy student link", icon=":material/link:"):
        _link(run_id)


def _play(run_id: str) -> None:
    try:
        token = session.api().share(run_id)
    except ConsoleError as exc:
        trouble.say(exc)
        return
    st.switch_page(pages.PLAY, query_params={"run": run_id, "play": token})


def _link(run_id: str) -> None:
    st.caption("Whoever has the link can play the exercise. It says nothing of the answers.")
    try:
        if st.button("Show the link", type="primary"):
            st.code(_address(session.api().share(run_id)), language=None, wrap_lines=True)
        if st.button("Take the link back"):
            session.api().unshare(run_id)
            st.success("The link that was there leads nowhere now.")
    except ConsoleError as exc:
        trouble.say(exc)


def _address(token: str) -> str:
    return f"{(st.context.url or '').rstrip('/')}/?{session.query(play=token)}"
