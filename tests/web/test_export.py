"""A run as a download, and back into another database."""

from pathlib import Path

import pytest
import requests

from aqumen.archive.form import as_json
from aqumen.archive.reading import read
from aqumen.store.store import Store
from fakes.eventually import eventually
from fakes.serving import Served, serving

TOPIC = "GRPO in RL"


def finished(url: str, topic: str = TOPIC) -> str:
    answer = requests.post(f"{url}/api/generate", json={"topic": topic}, timeout=60)
    return answer.headers["X-Run-Id"]


@pytest.fixture(scope="module")
def run_id(served: Served) -> str:
    return finished(served.url)


def exported(url: str, run_id: str, **query: str) -> requests.Response:
    return requests.get(f"{url}/api/runs/{run_id}/export", params=query, timeout=20)


def test_a_run_is_downloaded_whole(url: str, run_id: str) -> None:
    answer = exported(url, run_id)

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="grpo-in-rl-{run_id}.json"'
    )
    assert answer.headers["X-Run-Id"] == run_id
    assert answer.json()["run"]["id"] == run_id
    assert read(answer.content).run.status == "succeeded"


def test_the_log_is_downloaded_as_the_wire_has_it(url: str, run_id: str) -> None:
    accept = {"Accept": "application/x-ndjson"}
    followed = requests.get(f"{url}/api/runs/{run_id}/events", headers=accept, timeout=20)

    answer = exported(url, run_id, format="jsonl")

    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert answer.content == followed.content


def test_the_report_is_downloaded_as_text(url: str, run_id: str) -> None:
    answer = exported(url, run_id, format="markdown")

    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert f"{run_id}.md" in answer.headers["Content-Disposition"]
    assert answer.text.startswith(f"# {TOPIC}\n")


def test_no_topic_gets_into_the_headers(url: str) -> None:
    run_id = finished(url, '"; filename=x.exe; ü 勾配 "')

    answer = exported(url, run_id)

    name = f"filename-x-exe-u-{run_id}.json"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_run_that_is_imported_elsewhere_is_the_same_there(
    url: str, run_id: str, tmp_path: Path
) -> None:
    file = exported(url, run_id).content
    store = Store(f"sqlite:///{tmp_path / 'served.db'}")
    store.open()
    store.shelf.put(read(file))
    assert as_json(store.shelf.take(run_id)) == file
    store.close()

    with serving(tmp_path) as elsewhere:
        assert exported(elsewhere.url, run_id).content == file
        for path in ("", "/events"):
            here, there = (
                requests.get(f"{base}/api/runs/{run_id}{path}", timeout=20).json()
                for base in (url, elsewhere.url)
            )
            if not path:
                # Each server numbers its prompts itself; their texts and hashes travel.
                there["prompt_numbers"] = here["prompt_numbers"]
            assert there == here
        for accept in ("text/event-stream", "application/x-ndjson"):
            streams = [
                requests.get(
                    f"{base}/api/runs/{run_id}/events", headers={"Accept": accept}, timeout=20
                ).content
                for base in (url, elsewhere.url)
            ]
            assert streams[0] == streams[1]
        cancelled = requests.post(f"{elsewhere.url}/api/runs/{run_id}/cancel", timeout=20).json()
        assert cancelled == {"run_id": run_id, "status": "succeeded", "changed": False}
        listed = requests.get(f"{elsewhere.url}/api/runs", timeout=20).json()["runs"]
        assert [run["run_id"] for run in listed] == [run_id]


def test_what_cannot_be_exported_is_a_problem(url: str) -> None:
    unknown = exported(url, "01M87XW3AM339R5T2RE2812AZT")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")

    run_id = finished(url)
    odd = exported(url, run_id, format="pdf")
    assert odd.status_code == 422
    assert odd.json()["detail"] == "format must be one of 'json', 'jsonl' or 'markdown'."


def test_a_run_that_goes_on_is_exported_when_it_is_over(tmp_path: Path) -> None:
    with serving(tmp_path, simulator_speed=1.0) as slow:
        body = {"topic": TOPIC}
        run_id = requests.post(f"{slow.url}/api/runs", json=body, timeout=20).json()["run_id"]

        early = exported(slow.url, run_id)
        requests.post(f"{slow.url}/api/runs/{run_id}/cancel", timeout=20)
        eventually(lambda: exported(slow.url, run_id).ok)

        assert (early.status_code, early.json()["code"]) == (409, "conflict")
        assert early.json()["detail"] == "The run is still going on. Export it when it is over."
        assert "It was cancelled. " in exported(slow.url, run_id, format="markdown").text
