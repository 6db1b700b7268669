"""The runs so far: find one and open it."""

from datetime import UTC, datetime
from html import escape

import streamlit as st

from console.board import moment
from console.errors import ConsoleError
from console.replies import RunPage, RunSummary
from console.views import markup, session
from console.words import ago, duration, money, plain

ROWS = 25
WIDTHS = (4, 5)
_KINDS = {"fork": " · fork"}
STATUSES = ("queued", "running", "succeeded", "no_question", "failed", "cancelled")


def page() -> None:
    """Draw the filter and one page of runs, newest first."""
    search, status = _filter()
    cursors = _cursors(search, status)
    try:
        found = session.api().runs(status=status, search=search, limit=ROWS, cursor=cursors[-1])
    except ConsoleError as exc:
        st.error(plain(str(exc)), icon=":material/cloud_off:")
        return
    if found.runs:
        _table(found)
    else:
        nothing = "No run fits this filter." if search or status else "There are no runs yet."
        st.info(nothing, icon=":material/history:")
    _turn(found, cursors)


def _filter() -> tuple[str, str]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search", key="search", type="search", placeholder="Words of the topic"
        )
        status = st.selectbox(
            "Status",
            STATUSES,
            index=None,
            format_func=lambda each: markup.STATUS_WORDS[each][0],
            key="status",
            placeholder="Any",
            width=190,
        )
        st.button("Refresh", icon=":material/refresh:", key="refresh")
    return search or "", status or ""


def _cursors(search: str, status: str) -> list[str]:
    """Return where the pages begin that led here; another filter starts over."""
    asked = (session.api().endpoint, search, status)
    if st.session_state.get("listed") != asked:
        st.session_state["listed"] = asked
        st.session_state["cursors"] = [""]
    cursors: list[str] = st.session_state["cursors"]
    return cursors


def _table(found: RunPage) -> None:
    with st.container(gap=None, key="runs"):
        _, head = st.columns(WIDTHS)
        head.html(markup.facts(["Status", "Evidence", "Tries", "Cost", "Time", "Asked"]))
        for run in found.runs:
            _row(run)


def _row(run: RunSummary) -> None:
    name, facts = st.columns(WIDTHS, vertical_alignment="center")
    name.page_link(
        "console/views/run.py",
        label=plain(run.topic or run.run_id) + _KINDS.get(run.kind, ""),
        help=plain(run.reason or run.title or "") or None,
        query_params={"run": run.run_id},
    )
    facts.html(markup.facts([_status(run), *(escape(fact) for fact in _facts(run))]))


def _status(run: RunSummary) -> str:
    word, tone = markup.status(run.status, run.kind)
    return markup.tag(word, tone)


def _facts(run: RunSummary) -> list[str]:
    created = moment(run.created_at or "")
    cost = money(run.cost_usd, estimated=run.cost_estimated) if run.cost_usd is not None else ""
    rests_on = [run.evidence or "", "simulated" if run.simulated else ""]
    return [
        " ".join(word for word in rests_on if word),
        str(run.total_attempts or ""),
        cost,
        duration(run.duration_seconds) if run.duration_seconds is not None else "",
        ago(created, datetime.now(UTC)) if created else "",
    ]


def _turn(found: RunPage, cursors: list[str]) -> None:
    with st.container(horizontal=True):
        if len(cursors) > 1:
            st.button("Newer", icon=":material/chevron_left:", on_click=_newer, args=(cursors,))
        if found.next_cursor:
            st.button(
                "Older",
                icon=":material/chevron_right:",
                on_click=cursors.append,
                args=(found.next_cursor,),
            )


def _newer(cursors: list[str]) -> None:
    cursors.pop()


page()
