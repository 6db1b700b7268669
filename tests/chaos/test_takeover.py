"""A server that is dead or stands still loses its runs to another, and can do nothing about it."""

from typing import Any

from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME

from .conftest import Pair

SLOW = f"{FIRST_TIME} #fault=slow_first_token@2"
STALLED = f"{FIRST_TIME} #fault=stall@2x*"
OVER = ("succeeded", "no_question", "failed", "cancelled")
LIMIT = 40.0
"""Seconds; the machine may be busy. A takeover itself takes about five here."""


def steps_of(pair: Pair, run_id: str) -> list[dict[str, Any]]:
    log = pair.other.get(f"/api/runs/{run_id}/events")
    return [item["data"] for item in log if item["data"].get("type") == "step"]


def steps_told(pair: Pair, run_id: str) -> list[tuple[int, int, int]]:
    steps = steps_of(pair, run_id)
    return [(step["step_number"], step["attempt"], step["answer"]) for step in steps]


def calls_told(pair: Pair, run_id: str) -> int:
    return sum(len(step["calls"]) for step in steps_of(pair, run_id))


def test_a_paused_worker_neither_writes_nor_asks_after_another_took_over(pair: Pair) -> None:
    run_id = pair.start(SLOW)
    eventually(lambda: len(pair.asked(run_id)) == 2, LIMIT)
    pair.first.pause()
    try:
        # What the paused worker asked is answered by now, and told by the other.
        eventually(lambda: len(steps_told(pair, run_id)) >= 2, LIMIT)
        asked = len(pair.asked(run_id))
        assert pair.row(run_id)["status"] == "running"
    finally:
        pair.first.resume()

    eventually(lambda: f"run {run_id} was taken over" in pair.first.log, LIMIT)
    eventually(lambda: pair.row(run_id)["status"] in OVER, LIMIT)

    row, steps = pair.row(run_id), steps_told(pair, run_id)
    assert row["status"] == "succeeded"
    assert len(set(steps)) == len(steps)
    # One call was cut; the other worker asked that again, and everything else once.
    assert asked >= 3
    assert len(pair.asked(run_id)) == row["model_calls"] == calls_told(pair, run_id) + 1
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
