"""A whole demo run, read by a test client: the transcript the console's tests read too.

`AQUMEN_GOLDEN=1` writes the transcript anew, from the run it has just read.
"""

import json
import os
from pathlib import Path
from typing import Any

import requests

from aqumen.events import Step, parse
from fakes.pipelines import SECOND_TIME
from fakes.serving import serving

GOLDEN = Path(__file__).parents[1] / "golden" / "run.ndjson"
DESCRIPTIONS = {
    1: "Generate difficulty categories",
    2: "Generate error catalog",
    3: "Generate strategic question",
    4: "Test mid-tier model",
    5: "Test weak-tier model",
    6: "Judge differentiation",
    7: "Create student assessment",
}
"""Clients show these, and may look for them."""


def transcript(url: str) -> list[dict[str, Any]]:
    started = requests.post(f"{url}/api/runs", json={"topic": SECOND_TIME}, timeout=30).json()
    lines = requests.get(
        f"{url}{started['events_url']}",
        headers={"Accept": "application/x-ndjson"},
        timeout=(5, 25),
    )
    return [json.loads(line) for line in lines.text.splitlines() if line]


def fields(items: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the fields of each type of event."""
    return {item["data"]["type"]: sorted(item["data"]) for item in items}


def outline(items: list[dict[str, Any]]) -> list[object]:
    """Return what happened in which order; the order of steps 4 and 5 is left to chance."""
    told: list[object] = []
    for item in items:
        data = item["data"]
        step = data.get("step_number")
        told.append(
            (
                item["event"],
                data["type"],
                "4|5" if step in (4, 5) else step,
                data.get("description"),
                data.get("success"),
            )
        )
    return told


def test_a_whole_run_is_as_the_golden_transcript_says(tmp_path: Path) -> None:
    with serving(tmp_path) as up:
        items = transcript(up.url)
    if os.environ.get("AQUMEN_GOLDEN"):
        GOLDEN.write_text("".join(json.dumps(item) + "\n" for item in items), "utf-8")
    golden = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]

    assert [item["seq"] for item in items] == list(range(1, len(items) + 1))
    assert sorted(map(str, outline(items))) == sorted(map(str, outline(golden)))
    assert fields(items) == fields(golden)


def test_the_golden_transcript_is_made_of_events() -> None:
    events = [
        parse(json.dumps(json.loads(line)["data"]))
        for line in GOLDEN.read_text("utf-8").splitlines()
    ]

    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    steps = {step.step_number: step for step in events if isinstance(step, Step)}
    assert {number: step.description for number, step in steps.items()} == DESCRIPTIONS
    assert max(step.attempt for step in events if isinstance(step, Step)) == 2
    assert events[-1].type == "done"
