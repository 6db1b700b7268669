"""One run in a list of runs: the link to it, and its facts in columns."""

from datetime import UTC, datetime
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from console.board import moment
from console.replies import RunSummary
from console.views import markup, pages
from console.words import ago, duration, money, plain

_KINDS = {
    "fork": ("fork", ":material/call_split:"),
    "rejudge": ("judged again", ":material/gavel:"),
}


def line() -> DeltaGenerator:
    """Return the place of a line; one container each, as a page has many of them."""
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


def head() -> str:
    """Return what the facts are called, as HTML."""
    return markup.facts(["Status", "Evidence", "Tries", "Cost", "Time", "Asked"])


def link(run: RunSummary) -> None:
    """Draw the link to a run."""
    kind, icon = _KINDS.get(run.kind, ("", None))
    about = "".join(f" · {word}" for word in (kind, "simulated" if run.simulated else "") if word)
    st.page_link(
        pages.RUN,
        label=plain(run.topic or run.run_id) + about,
        icon=icon,
        help=plain(run.reason or run.title or "") or None,
        query_params={"run": run.run_id},
    )


def facts(run: RunSummary) -> str:
    """Return what there is to know of a run at a glance, as HTML."""
    return markup.facts([_status(run), *(escape(fact) for fact in _facts(run))])


def _status(run: RunSummary) -> str:
    word, tone = markup.status(run.status, run.kind)
    return markup.tag(word, tone)


def _facts(run: RunSummary) -> list[str]:
    created = moment(run.created_at or "")
    cost = money(run.cost_usd, estimated=run.cost_estimated) if run.cost_usd is not None else ""
    return [
        run.evidence or "",
        str(run.total_attempts or ""),
        cost,
        duration(run.duration_seconds) if run.duration_seconds is not None else "",
        ago(created, datetime.now(UTC)) if created else "",
    ]
