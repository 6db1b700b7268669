"""The filter and the sorting of the list of runs, kept in the page's address."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from console import finding, prompting
from console.client import Api
from console.errors import ConsoleError
from console.views import markup, session, sidebar
from console.words import model_name

STATUSES = ("queued", "running", "succeeded", "no_question", "failed", "cancelled")
_LESS_USED = ("topic", "model", "prompt", "since", "until", "min_cost", "max_cost")


def draw(asked: dict[str, str]) -> None:
    """Draw the filter as the address has it: what is looked for, in the API's own names."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Search",
            key=_key("q", asked.get("q", "")),
            type="search",
            placeholder="Words of the topic",
            max_chars=200,
            on_change=_written,
            args=("q",),
        )
        _choice("Status", "status", STATUSES, asked, lambda each: markup.status(each)[0])
        _choice("Evidence", "evidence", finding.KINDS_OF_EVIDENCE, asked, str.capitalize)
        st.selectbox(
            "Sort by",
            tuple(finding.SORTINGS),
            format_func=finding.SORTINGS.__getitem__,
            key=_key("sort", finding.sorting(asked)),
            on_change=_sorted,
            width=190,
        )
        used = sum(name in asked for name in _LESS_USED)
        label = f"More filters ({used})" if used else "More filters"
        with st.popover(label, icon=":material/tune:"):
            _more(asked)
        if finding.filtered(asked):
            st.button("Clear filter", icon=":material/filter_alt_off:", on_click=clear)


def clear() -> None:
    """Look for all runs."""
    for name in (*finding.NAMES, "cursor"):
        st.query_params.pop(name, None)
        st.session_state.pop(_named(name), None)


def _more(asked: dict[str, str]) -> None:
    """Draw the filters that are used less."""
    st.text_input(
        "Whole topic",
        key=_key("topic", asked.get("topic", "")),
        placeholder="Any",
        max_chars=200,
        on_change=_written,
        args=("topic",),
    )
    _choice("Model, in any role", "model", _models(asked), asked, model_name)
    versions = _versions(asked)
    _choice("Prompt version", "prompt", tuple(versions), asked, lambda each: versions[each])
    for name in ("since", "until"):
        key = _key(name, finding.day(asked.get(name, "")))
        st.date_input(
            f"{finding.LABELS[name]} (UTC)", None, key=key, on_change=_written, args=(name,)
        )
    for name in ("min_cost", "max_cost"):
        st.number_input(
            f"{finding.LABELS[name]} (USD)",
            min_value=0.0,
            max_value=1e9,
            value=None,
            step=0.01,
            format="%.4f",
            key=_key(name, finding.dollars(asked.get(name, ""))),
            on_change=_written,
            args=(name,),
        )


def _choice(
    label: str,
    name: str,
    options: tuple[str, ...],
    asked: dict[str, str],
    said: Callable[[str], str],
) -> None:
    chosen = asked.get(name)
    st.selectbox(
        label,
        options,
        index=None,
        format_func=said,
        key=_key(name, chosen if chosen in options else None),
        placeholder="Any",
        on_change=_written,
        args=(name,),
        width="stretch" if name in _LESS_USED else 170,
    )


def _models(asked: dict[str, str]) -> tuple[str, ...]:
    known = [model.id for model in sidebar.found().models.models.values()]
    return tuple(dict.fromkeys([*known, *filter(None, [asked.get("model")])]))


def _versions(asked: dict[str, str]) -> dict[str, str]:
    """Return what is said of the prompts' texts, by fingerprint; the address may name another."""
    api = session.api()
    try:
        known = _saved(api.endpoint, api.api_key)
    except ConsoleError:  # the list of runs, which is asked for next, says what is wrong
        known = {}
    return {**{each: each for each in filter(None, [asked.get("prompt")])}, **known}


@st.cache_data(ttl=10, max_entries=50, show_spinner=False)
def _saved(endpoint: str, api_key: str) -> dict[str, str]:
    return {
        version.version: f"{prompt.title} · version {version.title}"
        for prompt in prompting.every(Api(endpoint, api_key))
        for version in reversed(prompt.versions)
    }


def _key(name: str, first: Any) -> str:
    """Return a widget's key; the first time it is drawn it shows what the address says."""
    key = _named(name)
    if key not in st.session_state:
        st.session_state[key] = first
    return key


def _named(name: str) -> str:
    return {"q": "search", "status": "status"}.get(name, f"find_{name}")


def _written(name: str) -> None:
    """Put what a widget holds into the address, and begin at the first page."""
    value = st.session_state[_named(name)]
    st.query_params.pop("cursor", None)
    st.query_params.pop(name, None)
    if value not in (None, ""):
        st.query_params[name] = str(value).strip()


def _sorted() -> None:
    sort, order = st.session_state[_named("sort")].split()
    st.query_params.pop("cursor", None)
    st.query_params["sort"] = sort
    st.query_params["order"] = order
