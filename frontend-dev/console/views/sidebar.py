"""The sidebar: where the API is and what it says of itself."""

from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import streamlit as st

from console import settings
from console.client import Api
from console.errors import ConsoleError
from console.replies import Health, Models
from console.words import model_name, plain

from . import session, trouble

ROLES = ("strong", "mid", "weak", "judge", "judge_2")


@dataclass(frozen=True, slots=True)
class Found:
    """What the API said of itself, or why it did not."""

    health: Health | None = None
    models: Models = field(default_factory=Models)
    problem: trouble.Said | None = None


@st.cache_data(ttl=10, max_entries=50, show_spinner=False)
def look(endpoint: str, api_key: str) -> Found:
    """Ask the API how it is, at most every ten seconds."""
    api = Api(endpoint, api_key)
    try:
        return Found(api.health(), api.models())
    except ConsoleError as exc:
        return Found(problem=trouble.said(exc))


def draw() -> None:
    """Draw the endpoint, its health and its models."""
    st.html(Path(__file__).with_name("style.css"))
    with st.sidebar:
        _endpoint()
        said = found()
        _state(said)
        _models(said)


def _endpoint() -> None:
    """Say which API is asked; where the operator lets people choose one, draw the field for it."""
    ours = session.configured()
    if not ours.free_endpoint:
        st.caption(f"API endpoint: {plain(ours.endpoint)}")
        return
    st.text_input(
        "API endpoint",
        value=ours.endpoint,
        key="api",
        bind="query-params",
        help="Set AQUMEN_API_URL in the environment or in secrets.toml to change the default.",
    )


def found() -> Found:
    """Return what the API at hand said of itself not long ago."""
    api = session.api()
    problem = settings.endpoint_problem(api.endpoint)
    if problem:
        return Found(problem=trouble.Said(problem, refused=True))
    return look(api.endpoint, api.api_key)


def simulated() -> bool:
    """Return whether the API at hand answers with simulated models."""
    health = found().health
    return health is not None and health.simulated


def _state(found: Found) -> None:
    health = found.health
    if health is None:
        if found.problem is not None:
            trouble.say(found.problem)
        st.button("Check again", on_click=look.clear, width="stretch")
        return
    with st.container(horizontal=True, gap="xsmall"):
        if health.pipeline_ready:
            st.badge("Ready", color="green", icon=":material/check_circle:")
        else:
            st.badge("Starting", color="orange", icon=":material/hourglass_empty:")
        if health.simulated:
            st.badge("Simulated models", color="violet", icon=":material/science:")
    if health.version:
        st.caption(f"Version {plain(health.version)}")


def _models(found: Found) -> None:
    models = found.models.models
    named = [(role.replace("_", " "), models[role]) for role in ROLES if role in models]
    rows = "".join(
        f'<i>{role}</i><span title="{escape(model.id)}">{escape(model_name(model.id))}</span>'
        for role, model in named
    )
    if rows:
        st.html(f'<div class="aq-models">{rows}</div>')
    for warning in found.models.warnings:
        st.caption(f":orange[:material/warning:] {plain(warning)}")
