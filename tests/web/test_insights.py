"""Insights over HTTP: real runs, counted when they are over."""

from typing import Any

import pytest
import requests

from aqumen.web.insight_answers import Counted
from aqumen.web.insight_examples import EXAMPLES
from fakes.eventually import eventually

LONGEST = 30.0


def insights(url: str, **asked: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{url}/api/insights", params=asked, timeout=30).json()
    return found


def test_a_run_is_counted_soon_after_its_end_and_leads_back_to_itself(url: str) -> None:
    body = {"topic": "Counting with hash maps"}
    run = requests.post(f"{url}/api/generate", json=body, timeout=LONGEST)
    run_id = run.headers["X-Run-Id"]
    eventually(lambda: insights(url)["total"] is not None, LONGEST)

    found = insights(url, by="prompt_version")

    real = insights(url, simulated="false")
    assert (found["simulated"], real["simulated"], real["total"]) == (True, False, None)
    assert real["left_out"]["other_sort"] >= 1
    assert found["total"]["success"]["n"] == found["total"]["runs"]
    assert [step["step_number"] for step in found["steps"]][:3] == [1, 2, 3]
    (group,) = found["groups"]
    assert "strategic_question" in group["prompts"]
    assert group["prompt_numbers"]["strategic_question"] == 0
    assert {step["prompt_number"] for step in found["step_groups"]} == {0}
    asked = {"by": "prompt_version", "key": group["key"]}
    behind = requests.get(f"{url}/api/insights/runs", params=asked, timeout=30).json()
    assert run_id in [row["run_id"] for row in behind["runs"]]


def test_a_step_costs_what_its_runs_say_it_did(url: str) -> None:
    found = insights(url)

    spent = sum(step["cost_usd"] for step in found["steps"])

    assert spent == pytest.approx(found["total"]["cost_usd"], abs=1e-4)


@pytest.mark.parametrize(
    "asked",
    [
        "since=abc",
        "since=0001-01-01T00:00:00%2B14:00",
        "until=9999-12-31",
        "since=nan",
        "by=hour",
        "kind=",
        "kind=none",
        "prompt=zz",
        "simulated=maybe",
        "since=2026-11-22&until=2026-11-21",
        "model=%00%27",
    ],
)
def test_odd_questions_are_answered_or_refused(url: str, asked: str) -> None:
    answer = requests.get(f"{url}/api/insights?{asked}", timeout=30)

    assert answer.status_code in (200, 422)


@pytest.mark.parametrize(
    "asked", ["key=tomorrow", "key=2026-02-30", "only=first_time_right", "check=x", "cursor=-"]
)
def test_a_mark_that_is_none_is_refused_with_a_sentence(url: str, asked: str) -> None:
    answer = requests.get(f"{url}/api/insights/runs?{asked}", timeout=30)

    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")


def test_the_example_is_one(url: str) -> None:
    document = requests.get(f"{url}/openapi.json", timeout=30).json()
    said = EXAMPLES["insights"]["value"]

    assert document["components"]["examples"]["insights"]["value"] == said
    assert Counted.model_validate(said).model_dump(mode="json") == said
