"""Runs that are over, as values: the golden one, and such as a story tells."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from aqumen.events import parse
from aqumen.store.log import outcome
from aqumen.store.records import Stored
from aqumen.store.whole import RunRecord, WholeRun
from aqumen.templates import Prompts

from .story import Story, Told

RUN_ID = "01M87XW3AM339R5T2RE2812AZT"
PROMPTS = Prompts({"difficulty_categories": "List {{topic}}", "error_catalog": "Name {{topic}}"})
_GOLDEN = Path(__file__).parents[1] / "golden" / "run.ndjson"


def golden() -> WholeRun:
    """Return the golden run."""
    return whole(golden_events())


def golden_events() -> list[Told]:
    """Return what the golden run tells."""
    lines = [json.loads(line) for line in _GOLDEN.read_text("utf-8").splitlines()]
    return [(line["event"], line["data"]) for line in lines]


def story(run_id: str = RUN_ID, **more: Any) -> Story:
    """Return a story that can be exported: its run has a real id."""
    return Story(run_id, **more)


def whole(told: list[Told], ended: float = 1_795_000_012.5, **more: Any) -> WholeRun:
    """Return the run a story tells, over at a moment (seconds since the epoch)."""
    stored = tuple(
        Stored(data["seq"], name, data["type"], to_json(data).decode()) for name, data in told
    )
    start = told[0][1]
    said: dict[str, Any] = {
        "title": None,
        "subtopic": None,
        "difficulty": None,
        "evidence": None,
        "reason": None,
        "error_code": None,
        "total_attempts": 0,
    }
    for event in stored:
        said |= {name: _kept(value) for name, value in outcome(parse(event.data)).items()}
    fields = {
        "id": start["run_id"],
        "kind": "full",
        "order": {name: start[name] for name in ("topic", "max_attempts", "rigor")},
        "models": {"strong": "opus", "mid": "sonnet", "weak": "haiku", "judge": "opus"},
        "simulated": start["simulated"],
        "created_at": datetime.fromtimestamp(ended - 12.5, UTC),
        "started_at": datetime.fromtimestamp(ended - 12.25, UTC),
        "last_seq": len(stored),
        "usage": {"input_tokens": 100, "output_tokens": 50},
        "cost_usd": 0.08,
        "cost_estimated": False,
        "model_calls": 8,
    }
    over = {"ended_at": datetime.fromtimestamp(ended, UTC)}
    return WholeRun(RunRecord.model_validate(fields | said | over | more), PROMPTS, stored)


def _kept(value: object) -> object:
    """Return a value as the store keeps it, which has no NUL."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value
