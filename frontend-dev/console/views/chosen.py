"""What can be done with the runs that were selected: compare, export, delete."""

from collections.abc import Collection, Sequence

import streamlit as st

from console.comparison import MOST
from console.errors import ConsoleError
from console.replies import Removal, RunSummary
from console.views import pages, session, trouble
from console.views.run_list import Boxes
from console.words import counted, plain

_HELD, _TURN = "chosen_runs", "chosen_turn"


def boxes(listed: Sequence[RunSummary]) -> Boxes:
    """Return which runs are selected, for a list of some of them; they stay so on other pages."""
    held = _held()
    known = {**held, **{run.run_id: run for run in listed}}
    return Boxes(
        [*held],
        st.session_state.get(_TURN, 0),
        lambda ids: _hold({run_id: known[run_id] for run_id in ids if run_id in known}),
    )


def _held() -> dict[str, RunSummary]:
    """Return the runs that are selected, of the API at hand."""
    endpoint, held = st.session_state.get(_HELD, ("", {}))
    return held if endpoint == session.api().endpoint else {}


def _hold(runs: dict[str, RunSummary]) -> None:
    st.session_state[_HELD] = (session.api().endpoint, runs)


def _drop(run_ids: Collection[str]) -> None:
    """Select some runs no more, also in the browser."""
    _hold({run_id: run for run_id, run in _held().items() if run_id not in run_ids})
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def draw(listed: Sequence[RunSummary]) -> None:
    """Draw what can be done with the selected runs, and what came of the last deletion."""
    runs = [*_held().values()]
    _told()
    with st.container(horizontal=True, vertical_alignment="center", key="chosen"):
        fits = 2 <= len(runs) <= MOST
        if st.button(
            "Compare",
            icon=":material/compare_arrows:",
            disabled=not fits,
            help=None if fits else f"Select two to {MOST} runs.",
        ):
            st.switch_page(
                pages.COMPARE, query_params={"runs": ",".join(run.run_id for run in runs)}
            )
        export = st.button("Export", icon=":material/folder_zip:", disabled=not runs)
        if st.button("Delete", icon=":material/delete:", disabled=not runs):
            _confirm(runs)
        st.caption(_count(runs, listed))
        if runs:
            every = [run.run_id for run in runs]
            st.button("Select none", on_click=_drop, args=(every,), type="tertiary")
        st.button("Refresh", icon=":material/refresh:", key="refresh")
    if export:
        _export([run.run_id for run in runs])


def _count(runs: Sequence[RunSummary], listed: Sequence[RunSummary]) -> str:
    if not runs:
        return "Select runs by their box."
    elsewhere = len({run.run_id for run in runs} - {run.run_id for run in listed})
    more = f", {elsewhere} of them not on this page" if elsewhere else ""
    return f"{counted(len(runs), 'run')} selected{more}"


def _export(run_ids: list[str]) -> None:
    try:
        with st.spinner("Putting the runs together"):
            found = session.api().export(run_ids)
    except ConsoleError as exc:
        trouble.say(exc, "Select fewer runs, or try again.")
        return
    st.download_button(
        f"Save the zip with {counted(len(run_ids), 'run')}",
        found,
        "aqumen-runs.zip",
        "application/zip",
        icon=":material/download:",
        type="primary",
        on_click="ignore",
        help="Its manifest.json says which runs are not in it, and why.",
    )


@st.dialog("Delete for good?")
def _confirm(runs: Sequence[RunSummary]) -> None:
    st.write(f"{counted(len(runs), 'run')} will be gone, with all answers. This cannot be undone.")
    for run in runs:
        st.caption(plain(run.topic or run.run_id))
    named = {run.run_id: run.topic or run.run_id for run in runs}
    label = f"Delete {counted(len(runs), 'run')}"
    with st.container(horizontal=True):
        delete = st.button(label, type="primary", on_click=_remove, args=(named,))
        keep = st.button("Keep")
    if delete or keep:
        st.rerun()


def _remove(named: dict[str, str]) -> None:
    asked = {"run_ids": list(named)}
    try:
        removal = session.api().ask(Removal, "POST", "/api/runs/delete", asked)
    except ConsoleError as exc:
        st.session_state["removal_problem"] = trouble.said(exc)
        return
    _drop([run.run_id for run in removal.runs if run.status == 204])
    kept = [
        f"Not deleted: {plain(named.get(run.run_id, run.run_id))}. {plain(run.detail or '')}"
        for run in removal.runs
        if run.status != 204
    ]
    st.session_state["removal"] = [f"{counted(removal.deleted, 'run')} deleted.", *kept]


def _told() -> None:
    if problem := st.session_state.pop("removal_problem", None):
        trouble.say(problem, "Refresh to see which runs are left.")
    said: list[str] = st.session_state.pop("removal", [])
    if said:
        tone = st.success if len(said) == 1 and said[0].endswith("deleted.") else st.warning
        tone("\n\n".join(said), icon=":material/delete:")
