"""What one browser session holds: the API it talks to and the run it looks at."""

from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from console import settings
from console.client import Api
from console.shelf import Shelf
from console.starts import Starts
from console.watch import Watch

from . import focus

PAGE, RUN_PAGE = "page", "Run"
"""Where the session keeps the page it was on, and what that of a run is called."""


def configured() -> settings.Settings:
    """Return the settings from the secrets file, the environment and the defaults."""
    return settings.read({name: _secret(name) for name in settings.NAMES})


def _secret(name: str) -> str:
    try:
        found: Any = st.secrets.get(name, "")
    except StreamlitSecretNotFoundError:
        return ""
    return str(found)


def api() -> Api:
    """Return the API at the endpoint the sidebar shows; a student's page has none.

    The key goes to the endpoint it was configured for and to no other. There is no other unless
    the operator lets people choose one.
    """
    ours = configured()
    if not ours.free_endpoint:
        return Api(ours.endpoint, ours.api_key)
    chosen = st.session_state.get("api") or st.query_params.get("api")
    endpoint = str(chosen or ours.endpoint).strip().rstrip("/")
    return Api(endpoint, ours.api_key if endpoint == ours.endpoint else "")


def query(**asked: str) -> str:
    """Return the query of a link that asks for something and opens at the API at hand."""
    at = api().endpoint
    return urlencode(asked if at == configured().endpoint else {**asked, "api": at})


def of_student() -> bool:
    """Return whether the page was opened by a student's link, and may show nothing else."""
    return "play" in st.query_params and "run" not in st.query_params


@st.cache_resource(show_spinner=False)
def starts() -> Starts:
    """Return the process's runs that were asked for."""
    return Starts()


def shown_run() -> str | None:
    """Return the id of the run this page shows, as the address says.

    Who comes from another page without naming one goes on with the one shown before; who comes
    without it from this page has left it.
    """
    run_id = st.query_params.get("run")
    if run_id is None and not stayed():
        run_id = st.session_state.get("run")
    st.session_state["run"] = run_id
    return str(run_id) if run_id else None


def stayed() -> bool:
    """Return whether the page of a run was the last one drawn, too."""
    return bool(st.session_state.get(PAGE) == RUN_PAGE)


def show_run(run_id: str) -> None:
    """Make the run that was asked for the one the page shows, also after a reload."""
    st.session_state["run"] = st.session_state["begun"] = run_id
    _forget_places()
    st.query_params["run"] = run_id


def close_run() -> None:
    """Show no run; the one that was shown is not touched."""
    st.session_state.pop("run", None)
    st.query_params.pop("run", None)
    _forget_places()
    drop_watch()


def _forget_places() -> None:
    """Leave to the run that was shown what was looked at of it."""
    st.query_params.pop("at", None)
    focus.leave()


def drop_watch() -> None:
    """Let go of what is known of the run that is shown: it is asked for anew."""
    held = st.session_state.pop("watch", None)
    if isinstance(held, Watch):
        held.close()


def shelf() -> Shelf:
    """Return the runs this session compares, at the API at hand."""
    at = api()
    held = st.session_state.get("shelf")
    if not (isinstance(held, Shelf) and held.api == at):
        st.session_state["shelf"] = held = Shelf(at)
    return held


def watch(run_id: str) -> Watch:
    """Return the session's watch of a run, and close the one of another; raises TooManyFeeds."""
    at = api()
    held = st.session_state.get("watch")
    if isinstance(held, Watch):
        if held.run_id == run_id and held.api == at:
            return held
        held.close()
    st.session_state["watch"] = made = Watch(at, run_id)
    # A run that is over arrives whole in a moment: drawing it half would flicker. Of one that was
    # just asked for only the beginning can come.
    made.settle(0.3 if st.session_state.get("begun") == run_id else 0.6)
    return made
