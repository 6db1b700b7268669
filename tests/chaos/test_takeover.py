"""A server that is dead or stands still loses its runs to another, and can do nothing about it."""

from pathlib import Path

from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME
from fakes.processes import Api, bedrock

from .conftest import Pair

STALLED = f"{FIRST_TIME} #fault=stall@2x*"
OVER = ("succeeded", "no_question", "failed", "cancelled")
LIMIT = 40.0
"""Seconds; the machine may be busy. A takeover itself takes about five here."""


def test_a_paused_worker_neither_writes_nor_asks_after_another_took_over(pair: Pair) -> None:
    run_id = pair.start(FIRST_TIME)
    eventually(lambda: len(pair.asked(run_id)) >= 2, LIMIT)
    pair.first.pause()
    try:
        eventually(lambda: pair.row(run_id)["status"] in OVER, LIMIT)
        log = pair.other.get(f"/api/runs/{run_id}/events")
        asked = len(pair.asked(run_id))
    finally:
        pair.first.resume()

    eventually(lambda: f"run {run_id} was taken over" in pair.first.log, LIMIT)

    row = pair.row(run_id)
    assert row["status"] == "succeeded"
    assert pair.other.get(f"/api/runs/{run_id}/events") == log
    assert pair.first.get(f"/api/runs/{run_id}/events") == log
    assert len(pair.asked(run_id)) == asked == row["model_calls"]
    assert row["cost_estimated"]


def test_a_run_of_a_dead_server_is_cancelled_by_another(pair: Pair) -> None:
    run_id = pair.start(STALLED)
    eventually(lambda: len(pair.asked(run_id)) == 2, LIMIT)
    pair.first.kill()
    try:
        answers = [pair.other.post(f"/api/runs/{run_id}/cancel")["changed"] for _ in range(2)]
        eventually(lambda: pair.row(run_id)["status"] == "cancelled", LIMIT)
    finally:
        pair.first.start()

    row, asked = pair.row(run_id), pair.asked(run_id)
    assert answers == [True, False]
    assert (len(asked), row["model_calls"], row["cost_estimated"]) == (2, 2, True)
    last = pair.other.get(f"/api/runs/{run_id}/events")[-1]
    assert (last["event"], last["data"]["code"]) == ("error", "cancelled")


def test_a_run_that_the_next_server_cannot_go_on_with_ends_in_worker_lost(tmp_path: Path) -> None:
    with bedrock(8.0) as url:
        settings = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": url, "AQUMEN_LEASE_SECONDS": "2"}
        with Api(tmp_path, settings) as api:
            run_id = api.post("/api/runs", {"topic": STALLED})["run_id"]
            eventually(lambda: len(api.get(f"/api/runs/{run_id}/events")) > 4, LIMIT)
            api.kill()
            # A run on simulated models is not gone on with on real ones.
            real = {"AQUMEN_MODEL_BACKEND": "bedrock", "AWS_REGION": "us-east-1"}
            keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
            api.settings = {**settings, **real, **keys}
            api.start()

            eventually(lambda: api.get(f"/api/runs/{run_id}")["status"] in OVER, LIMIT)
            row = api.get(f"/api/runs/{run_id}")

    assert (row["status"], row["error_code"], row["model_calls"]) == ("failed", "worker_lost", 2)
    assert row["cost_estimated"]
