"""A list of runs: a component of our own, since a page of Streamlit's elements is slow to come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from console.board import moment
from console.replies import RunSummary
from console.views import markup, session
from console.words import ago, duration, money

_KINDS = {"fork": "fork", "rejudge": "judged again"}
_HERE = Path(__file__)
_component = st.components.v2.component(
    "aqumen.run_list",
    html=_HERE.with_suffix(".html").read_text("utf-8"),
    css=_HERE.with_suffix(".css").read_text("utf-8"),
    js=_HERE.with_suffix(".js").read_text("utf-8"),
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True)
class Boxes:
    """Which runs are selected, and who hears of a change."""

    chosen: Sequence[str]
    turn: int
    """Counts the changes that the browser did not make: it takes these and keeps its own."""
    on_change: Callable[[list[str]], None]


def draw(key: str, runs: Sequence[RunSummary], boxes: Boxes | None = None) -> None:
    """Draw runs, each a link to its page; with `boxes` they can be selected, too."""
    api = session.query()
    _component(
        key=key,
        data={
            "rows": [_row(run, api) for run in runs],
            "chosen": list(boxes.chosen) if boxes else None,
            "turn": boxes.turn if boxes else 0,
        },
        on_chosen_change=lambda: _changed(st.session_state[key].get("chosen"), boxes),
    )


def _changed(said: Any, boxes: Boxes | None) -> None:
    match said:
        case {"turn": int(turn), "runs": list(runs)} if boxes and turn == boxes.turn:
            boxes.on_change([str(run_id) for run_id in runs])


def _row(run: RunSummary, api: str) -> dict[str, Any]:
    created = moment(run.created_at or "")
    return {
        "id": run.run_id,
        "href": "./?" + "&".join(filter(None, [urlencode({"run": run.run_id}), api])),
        "topic": run.topic or run.run_id,
        "about": [*filter(None, [_KINDS.get(run.kind), "simulated" if run.simulated else ""])],
        "title": run.reason or run.title or "",
        "status": markup.status(run.status, run.kind),
        "facts": [*_facts(run), ago(created, datetime.now(UTC)) if created else ""],
        "created": f"{created:%Y-%m-%d %H:%M} UTC" if created else "",
    }


def _facts(run: RunSummary) -> list[str]:
    cost = money(run.cost_usd, estimated=run.cost_estimated) if run.cost_usd is not None else ""
    return [
        run.evidence or "",
        str(run.total_attempts or ""),
        cost,
        duration(run.duration_seconds) if run.duration_seconds is not None else "",
    ]
