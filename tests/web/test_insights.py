"""What many runs came to, over HTTP."""

from typing import Any

import pytest
import requests
from pydantic import TypeAdapter

from aqumen.runs.insight import Insights
from fakes.pipelines import FIRST_TIME, NEVER, REJECTED_AT_2
from fakes.serving import Served

Json = dict[str, Any]


@pytest.fixture(scope="module")
def ran(served: Served) -> list[str]:
    """Return the ids of four runs: two questions, none, and a failure."""
    topics = (FIRST_TIME, REJECTED_AT_2, NEVER, f"{FIRST_TIME} #fault=denied@3x*")
    asked = [{"topic": topic} for topic in topics]
    made = [requests.post(f"{served.url}/api/generate", json=each, timeout=60) for each in asked]
    return [each.headers["X-Run-Id"] for each in made]


def insights(url: str, **asked: str) -> Json:
    answer = requests.get(f"{url}/api/insights", asked, timeout=20)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def test_rates_steps_and_reasons_are_counted_from_the_runs(url: str, ran: list[str]) -> None:
    found = insights(url)

    assert (found["simulated"], found["of"], found["counted"]) == (True, 4, 4)
    by_status = {each["status"]: each["n"] for each in found["outcomes"]}
    success = found["rates"]["success"]
    steps = {each["step_number"]: each for each in found["steps"]}
    assert sum(by_status.values()) == 4
    assert (success["count"], success["n"]) == (by_status["succeeded"], 4)
    assert success["low"] < success["share"] < success["high"]
    assert steps[1]["right_first"]["share"] == 1
    assert steps[2]["right_first"]["count"] < steps[2]["right_first"]["n"]
    assert steps[2]["example"] == ran[1]
    assert steps[1]["median_cost_usd"] > 0
    assert [each["example"] for each in found["errors"]] == [ran[3]]
    assert (2, ran[1]) in {(each["step_number"], each["example"]) for each in found["checks"]}
    assert [each["n"] for each in found["days"]] in ([4], [1, 3], [2, 2], [3, 1])
    assert {each["role"] for each in found["models"]} == {"strong", "mid", "weak"}


def test_simulated_and_real_runs_are_apart_and_nothing_has_no_share(
    url: str, ran: list[str]
) -> None:
    real = insights(url, simulated="false")

    assert ran
    assert (real["simulated"], real["of"], real["outcomes"], real["steps"]) == (False, 0, [], [])
    assert real["rates"]["success"]["share"] is None
    assert insights(url, until="2020-01-01")["of"] == 0
    assert insights(url, since="2020-01-01", until="", simulated="")["of"] == 4


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "yesterday"},
        {"until": "2026-01-01T05:00:00"},
        {"since": "2026-01-02", "until": "2026-01-01"},
        {"simulated": "perhaps"},
    ],
)
def test_odd_questions_are_refused(url: str, asked: Json) -> None:
    answer = requests.get(f"{url}/api/insights", asked, timeout=5)

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"


def test_the_documents_example_is_an_answer(url: str) -> None:
    document = requests.get(f"{url}/openapi.json", timeout=5).json()
    said = document["components"]["examples"]["insights"]["value"]
    kind = TypeAdapter(Insights)

    assert kind.dump_python(kind.validate_python(said), mode="json") == said
