"""Which runs are compared, what they are and what they came to."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape

import streamlit as st

from console import choice
from console.board import Board, moment
from console.comparison import MOST
from console.errors import ConsoleError
from console.replies import RunSummary
from console.words import ago, change, count, duration, money, plain

from . import markup, pages, session, trouble
from .side_by_side import LETTERS

LISTED = 50
"""Runs the choice offers by name; others are found by their id."""

FIGURES = (
    "Told apart", "Evidence", "Attempts", "Calls", "Tokens in", "Cached", "Out", "In all",
    "Cost", "Time",
)  # fmt: skip


def choose(asked: Sequence[str], boards: Mapping[str, Board]) -> None:
    """Draw the choice of runs; the address holds it."""
    listed: dict[str, str] = {}
    try:
        listed = {run.run_id: _name(run) for run in session.api().runs(limit=LISTED).runs}
    except ConsoleError as exc:
        if not asked:  # of runs that are asked for, the page says itself what is wrong
            trouble.draw(exc)
    for run_id, board in boards.items():
        listed.setdefault(run_id, board.start.topic if board.start else "Run")
    st.session_state["compared_runs"] = list(asked)
    st.multiselect(
        "Runs to compare",
        list(dict.fromkeys([*asked, *listed])),
        format_func=lambda run_id: _label(run_id, listed.get(run_id)),
        key="compared_runs",
        max_selections=MOST,
        accept_new_options=True,
        placeholder="Choose recent runs, or paste their ids",
        on_change=_chosen,
    )


def _name(run: RunSummary) -> str:
    word, _ = markup.status(run.status, run.kind)
    created = moment(run.created_at or "")
    when = ago(created, datetime.now(UTC)) if created else ""
    kind = "" if run.kind == "full" else run.kind
    return " · ".join(fact for fact in (run.topic, kind, word, when) if fact)


def _label(run_id: str, name: str | None) -> str:
    # Runs on one topic are told apart by the end of their ids.
    return f"{name} · {run_id[-6:]}" if name else run_id


def _chosen() -> None:
    if chosen := st.session_state["compared_runs"]:
        st.query_params["runs"] = choice.written(chosen)
    else:
        st.query_params.pop("runs", None)
    st.query_params.pop("step", None)


def link_to_parent(parent: str, run_id: str) -> None:
    """Draw the way to the comparison of a run with the one it goes on from."""
    st.page_link(
        pages.COMPARE,
        label="Compare with parent",
        icon=":material/compare_arrows:",
        query_params={"runs": choice.written([parent, run_id])},
    )


def heads(boards: Mapping[str, Board]) -> None:
    """Draw what the runs are, each with the way to its own page."""
    named = dict(zip(boards, LETTERS, strict=False))
    with st.container(key="compared_heads"):
        columns = st.columns(len(boards))
    for column, (run_id, board) in zip(columns, boards.items(), strict=True):
        topic = board.start.topic if board.start else run_id
        with column, st.container(gap="xxsmall", border=True, height="stretch"):
            st.page_link(
                pages.RUN,
                label=f"**{named[run_id]}** · {plain(topic)}",
                query_params={"run": run_id},
                help="Open this run",
            )
            st.html(_about(run_id, board, named))


def _about(run_id: str, board: Board, named: Mapping[str, str]) -> str:
    start = board.start
    word, tone = markup.status(board.status, start.kind if start else "full")
    tags = [markup.tag(word, tone)]
    if start is not None and start.simulated:
        tags.append(markup.tag("Simulated answers", "warn"))
    facts = [_origin(board, named), start.rigor if start else "", _when(board)]
    said = " · ".join([*(escape(fact) for fact in facts if fact), f"<code>{escape(run_id)}</code>"])
    why = f'<div class="aq-why">{escape(board.trouble.sentence)}</div>' if board.trouble else ""
    return f'<div class="aq-head">{"".join(tags)}</div><div class="aq-about">{said}</div>{why}'


def _origin(board: Board, named: Mapping[str, str]) -> str:
    start = board.start
    if start is None or not start.parent:
        return ""
    said = "judges the answers of" if start.kind == "rejudge" else "forked from"
    return f"{said} {named.get(start.parent, start.parent)}"


def _when(board: Board) -> str:
    begun = moment(board.start.timestamp) if board.start else None
    return ago(begun, datetime.now(UTC)) if begun else ""


def figures(boards: Sequence[Board]) -> list[list[tuple[str, str]]]:
    """Return what each run came to and took, beside the first; in the order of FIGURES."""
    now = datetime.now(UTC)
    first = boards[0]
    return [_figures(board, first, now) for board in boards]


def _figures(board: Board, first: Board, now: datetime) -> list[tuple[str, str]]:
    spent, usage = board.spent, board.spent.usage
    base, base_usage = first.spent, first.spent.usage
    label = (board.final.metadata.evidence or "none") if board.final else "-"
    seconds = board.seconds(now)
    return [
        (_apart(board), ""),
        (label, ""),
        (str(board.attempt), ""),
        (str(spent.calls), change(base.calls, spent.calls)),
        (count(usage.input_tokens), change(base_usage.input_tokens, usage.input_tokens)),
        (count(usage.cache_read_tokens), ""),
        (count(usage.output_tokens), change(base_usage.output_tokens, usage.output_tokens)),
        (count(usage.total), change(base_usage.total, usage.total)),
        (money(spent.cost_usd, estimated=spent.estimated), change(base.cost_usd, spent.cost_usd)),
        (duration(seconds), change(first.seconds(now), seconds)),
    ]


def _apart(board: Board) -> str:
    if board.final is None:
        return "-"
    return "yes" if board.final.differentiation_achieved else "no"
