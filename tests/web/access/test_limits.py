"""What a key may start at once, in a minute and for its dollars, on every route that starts."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from aqumen.assemble import server
from aqumen.settings import Settings
from fakes.eventually import early_in_a_minute
from fakes.keys import bearer, lines
from fakes.pipelines import FIRST_TIME
from fakes.sqlite import with_tables

ALICE = bearer("alice")
ORDER = {"topic": FIRST_TIME}
HELD = {"topic": f"{FIRST_TIME} #fault=stall@1x*"}

Start = Callable[[TestClient, str, str], Response]
"""Asks for a run: from a finished run's answers, or with a ticket, where those are needed."""
STARTS: dict[str, Start] = {
    "runs": lambda asked, _run, _ticket: asked.post("/api/runs", json=ORDER, headers=ALICE),
    "generate": lambda asked, _run, _ticket: asked.post("/api/generate", json=ORDER, headers=ALICE),
    "step1": lambda asked, _run, _ticket: asked.post("/api/step1", json=ORDER, headers=ALICE),
    "stream": lambda asked, _run, _ticket: asked.get(
        "/api/generate-stream", params=ORDER, headers=ALICE
    ),
    "ticket": lambda asked, _run, ticket: asked.get(
        "/api/generate-stream", params=ORDER | {"ticket": ticket}
    ),
    "fork": lambda asked, run, _ticket: asked.post(
        f"/api/runs/{run}/fork", json={"from_step": 3}, headers=ALICE
    ),
    "rejudge": lambda asked, run, _ticket: asked.post(
        f"/api/runs/{run}/rejudge", json={}, headers=ALICE
    ),
}


def client(folder: Path, **settings: Any) -> TestClient:
    chosen = {
        "model_backend": "simulator",
        "simulator_speed": 0.0,
        "AQUMEN_DATABASE_URL": with_tables(folder / "runs.db"),
        "auth": "required",
        "api_keys": lines(),
        **settings,
    }
    return TestClient(server(Settings(**chosen)), base_url="http://api")


def run_of(asked: TestClient) -> str:
    """Return the id of a run that alice has had made, and that is over."""
    return str(asked.post("/api/generate", json=ORDER, headers=ALICE).headers["X-Run-Id"])


def foreseen(asked: TestClient, run_id: str) -> list[int]:
    """Ask what a fork and a rejudgement would cost; return how that was answered."""
    place, dry = f"/api/runs/{run_id}", {"dry_run": True}
    fork = asked.post(f"{place}/fork", json={"from_step": 3, **dry}, headers=ALICE)
    return [fork.status_code, asked.post(f"{place}/rejudge", json=dry, headers=ALICE).status_code]


def test_no_route_starts_more_runs_than_a_key_may_have_open(tmp_path: Path) -> None:
    with client(tmp_path, runs_per_key=1) as asked:
        over = run_of(asked)
        ticket = asked.post("/api/tickets", headers=ALICE).json()["ticket"]
        assert asked.post("/api/runs", json=HELD, headers=ALICE).status_code == 202

        for name, start in STARTS.items():
            answer = start(asked, over, ticket)
            assert answer.status_code == 429, name
            assert answer.json()["code"] == "rate_limited"
            assert "AQUMEN_RUNS_PER_KEY" in answer.json()["detail"]
            assert int(answer.headers["Retry-After"]) > 0
        assert foreseen(asked, over) == [200, 200]
        assert asked.post("/api/runs", json=ORDER, headers=bearer("bob")).status_code == 202


def test_every_route_counts_what_it_starts_and_no_dry_run(tmp_path: Path) -> None:
    with client(tmp_path, starts_per_minute=2) as asked:
        early_in_a_minute()
        over = run_of(asked)
        ticket = asked.post("/api/tickets", headers=ALICE).json()["ticket"]
        for _ in range(3):
            assert foreseen(asked, over) == [200, 200]
        assert STARTS["fork"](asked, over, ticket).status_code == 202

        for name, start in STARTS.items():
            answer = start(asked, over, ticket)
            assert answer.status_code == 429, name
            assert int(answer.headers["Retry-After"]) > 0
        assert foreseen(asked, over) == [200, 200]


@pytest.mark.parametrize("place", ["/api/generate", "/api/step1"])
def test_a_run_that_ends_for_the_days_dollars_says_when_those_begin_anew(
    tmp_path: Path, place: str
) -> None:
    with client(tmp_path, api_keys=lines("alice", daily_usd=0.001)) as asked:
        ended = asked.post(place, json=ORDER, headers=ALICE)
        log = asked.get(f"/api/runs/{ended.headers['X-Run-Id']}/events", headers=ALICE).json()

    assert ended.status_code == 429
    assert ended.json()["code"] == "budget_spent"
    assert 0 < int(ended.headers["Retry-After"]) <= 86_400
    assert log[-1]["data"]["resets_at"].endswith("T00:00:00.000Z")


def test_a_day_that_is_spent_refuses_every_start_until_it_is_over(tmp_path: Path) -> None:
    with client(tmp_path, api_keys=lines("alice", daily_usd=0.5)) as asked:
        over = run_of(asked)
        ticket = asked.post("/api/tickets", headers=ALICE).json()["ticket"]
        app: Any = asked.app
        app.state.parts.runs._store.spending.settle(today(), ["alice"], 0.5)

        for name, start in STARTS.items():
            answer = start(asked, over, ticket)
            assert (answer.status_code, answer.json()["code"]) == (429, "budget_spent"), name
            assert 0 < int(answer.headers["Retry-After"]) <= 86_400


def test_a_run_that_came_to_its_own_cap_is_not_to_be_tried_again_later(tmp_path: Path) -> None:
    with client(tmp_path, run_budget_usd=0.001) as asked:
        ended = asked.post("/api/generate", json=ORDER, headers=ALICE)

    assert ended.status_code == 429
    assert ended.json()["code"] == "budget_spent"
    assert "Retry-After" not in ended.headers


def today() -> int:
    return int(time.time() // 86_400)
