"""No answer and no line of the log holds the ARN of a model, and with it the operator's account."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from aqumen.web.rights import RIGHTS
from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME
from fakes.serving import serving

ACCOUNT = "111122223333"
ARN = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:application-inference-profile"


FORMS = ("application/json", "text/event-stream", "application/x-ndjson")
QUERY: dict[str, str | int] = {"topic": FIRST_TIME, "before": 0, "after": 0, "by": "model"}


def answers(url: str, run_id: str, token: str) -> Iterator[requests.Response]:
    """Ask whatever can be asked about a run, and all that is asked without one."""
    known = {"run_id": run_id, "token": token, "step": "judge_answer", "number": 0, "name": "x"}
    for method, path in RIGHTS:
        if method != "GET" or path.startswith(("/docs", "/openapi")):
            continue
        place = url + path.format(**known)
        for media in FORMS if path.endswith("/events") else FORMS[:1]:
            yield requests.get(place, QUERY, headers={"Accept": media}, timeout=30)
    for form in ("json", "jsonl", "markdown"):
        yield requests.get(f"{url}/api/runs/{run_id}/export", {"format": form}, timeout=30)
    for branch in ({"from_step": 3}, {"from_step": 6, "models": {"judge": f"{ARN}/other"}}):
        fork = f"{url}/api/runs/{run_id}/fork"
        yield requests.post(fork, json={**branch, "dry_run": True}, timeout=30)
    yield requests.post(f"{url}/api/runs/{run_id}/rejudge", json={"dry_run": True}, timeout=30)
    yield requests.post(f"{url}/api/runs/{run_id}/fork", json={"from_step": 9}, timeout=30)


def test_no_answer_names_the_account(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "aqumen")
    models = {role: f"{ARN}/{role}" for role in ("model_strong", "model_mid", "model_judge")}
    with serving(tmp_path, **models, run_budget_usd=9.0) as up:
        order = {"topic": FIRST_TIME}
        made = requests.post(f"{up.url}/api/generate", json=order, timeout=60)
        run_id = made.headers["X-Run-Id"]
        shared = requests.post(f"{up.url}/api/runs/{run_id}/share", timeout=30).json()
        counted = f"{up.url}/api/insights"
        eventually(lambda: requests.get(counted, timeout=30).json()["total"] is not None)

        told = [made, *answers(up.url, run_id, shared["token"])]

    assert made.json()["success"]
    named = [each for each in told if "application-inference-profile/model_mid" in each.text]
    assert len(named) > 12
    assert [each.url for each in told if re.search(rf"{ACCOUNT}|arn:aws", each.text)] == []
    assert {each.status_code for each in told} <= {200, 204, 404, 406, 422}
    assert ACCOUNT not in caplog.text
