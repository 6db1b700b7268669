"""What exports look like, by example: the run of the other examples, as files."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic_core import to_json

from aqumen.archive.export import Format, export
from aqumen.events import Final
from aqumen.order import Order
from aqumen.store.records import Stored
from aqumen.store.whole import RunRecord, WholeRun
from aqumen.templates import Prompts

from .examples import EXAMPLES as OTHERS
from .examples import Responses

_FINAL = Final.model_validate(OTHERS["result"]["value"])
_AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_LOG = tuple(
    Stored(line["seq"], line["event"], line["data"]["type"], to_json(line["data"]).decode())
    for line in OTHERS["log"]["value"]
)
_RUN = RunRecord(
    id=_FINAL.run_id,
    kind="full",
    status="succeeded",
    order=Order(topic=_FINAL.metadata.topic),
    models={
        "strong": "us.anthropic.claude-opus-4-6-v1",
        "mid": "us.anthropic.claude-sonnet-4-6",
        "weak": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "judge": "us.anthropic.claude-opus-4-6-v1",
    },
    simulated=False,
    created_at=_AT,
    started_at=_AT,
    ended_at=_AT + timedelta(seconds=_FINAL.metadata.duration_seconds),
    last_seq=len(_LOG),
    usage=_FINAL.metadata.usage,
    cost_usd=_FINAL.metadata.cost_usd,
    cost_estimated=False,
    model_calls=_FINAL.metadata.model_calls,
    total_attempts=1,
    title=_FINAL.assessment.title if _FINAL.assessment else None,
    difficulty=_FINAL.metadata.difficulty,
    subtopic=_FINAL.metadata.subtopic,
    evidence=_FINAL.metadata.evidence,
    reason=None,
    error_code=None,
)
_WHOLE = WholeRun(_RUN, Prompts({"difficulty_categories": "You plan examinations. ..."}), _LOG)


def _text(form: Format) -> str:
    return export(_WHOLE, form).body.decode()


EXAMPLES = {
    "export": {"value": json.loads(_text("json"))},
    "report": {"value": _text("markdown")},
}


def _like(example: str, kind: str) -> dict[str, Any]:
    named = {"A run": {"$ref": f"#/components/examples/{example}"}}
    return {"schema": {"type": kind}, "examples": named}


EXPORT: Responses = {
    200: {
        "description": "The run as a file, in the form that was asked for",
        "content": {
            "application/json": _like("export", "object"),
            "application/x-ndjson": _like("lines", "string"),
            "text/markdown": _like("report", "string"),
        },
    }
}
"""What an export answers."""
