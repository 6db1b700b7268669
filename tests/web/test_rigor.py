"""The rigor of a run, asked for in every way a run can be asked for."""

import json
from typing import Any

import pytest
import requests

from aqumen.events import Gate, Sample, parse
from aqumen.settings import Settings
from corrected_7step_pipeline import AdversarialPipeline
from fakes.eventually import eventually
from fakes.sse import blocks

TOPIC = "SQL transactions and isolation levels"
Json = dict[str, Any]


def streamed(url: str, rigor: str) -> str:
    query = {"topic": TOPIC, "rigor": rigor}
    with requests.get(f"{url}/api/generate-stream", query, stream=True, timeout=30) as answer:
        list(blocks(answer))
    return answer.headers["x-run-id"]


def awaited(url: str, rigor: str) -> str:
    body = {"topic": TOPIC, "rigor": rigor}
    answer = requests.post(f"{url}/api/generate", json=body, timeout=30)
    assert answer.json()["metadata"]["evidence"] == rigor
    return answer.headers["x-run-id"]


def begun(url: str, rigor: str) -> str:
    body = {"topic": TOPIC, "rigor": rigor}
    run_id: str = requests.post(f"{url}/api/runs", json=body, timeout=30).json()["run_id"]
    place = f"{url}/api/runs/{run_id}"
    eventually(lambda: requests.get(place, timeout=30).json()["ended_at"] is not None, 30)
    return run_id


@pytest.mark.parametrize(
    ("ask", "rigor"), [(streamed, "certified"), (awaited, "screened"), (begun, "certified")]
)
def test_a_rigor_is_kept_and_printed_on_what_comes_of_it(url: str, ask: Any, rigor: str) -> None:
    run_id = ask(url, rigor)

    run: Json = requests.get(f"{url}/api/runs/{run_id}", timeout=30).json()
    assert (run["rigor"], run["evidence"]) == (rigor, rigor)
    log = requests.get(f"{url}/api/runs/{run_id}/events", timeout=30).json()
    assert log[0]["data"]["rigor"] == rigor
    told = [item for item in log if item["event"] in {"sample", "gate"}]
    events = [parse(json.dumps(item["data"])) for item in told]
    last = events[-1]
    assert isinstance(last, Gate)
    assert last.passed
    taken = [e for e in events if isinstance(e, Sample) and e.attempt == last.attempt]
    assert len(taken) == {"screened": 6, "certified": 30}[rigor]


def test_a_sample_carries_what_the_protocol_promises(url: str) -> None:
    run_id = awaited(url, "screened")

    log = requests.get(f"{url}/api/runs/{run_id}/events", timeout=30).json()
    sample = next(item["data"] for item in log if item["event"] == "sample")
    promised = (
        "type attempt phase tier index outcome p_mid p_weak d lower upper "
        "p_mid_lower p_mid_upper p_weak_lower p_weak_upper"
    )
    assert set(promised.split()) <= sample.keys()


def test_from_python_a_rigor_is_a_parameter() -> None:
    offline = Settings(model_backend="simulator", simulator_speed=0.0)
    with AdversarialPipeline(offline) as pipeline:
        *steps, last = pipeline.run_full_pipeline_streaming(TOPIC, rigor="screened")

    assert isinstance(last, dict)
    assert last["final_result"].metadata.evidence == "screened"
    assert [step.step_number for step in steps if not isinstance(step, dict)][-1] == 7
