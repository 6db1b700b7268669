"""A run that is over, told again: the same stream, at once or as it happened."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from aqumen.events import parse
from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME
from fakes.serving import Served, serving
from fakes.sse import Block, blocks

SSE, LINES = "text/event-stream", "application/x-ndjson"


@pytest.fixture(scope="module")
def paced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose models take a moment."""
    with serving(tmp_path_factory.mktemp("paced"), simulator_speed=30.0) as up:
        yield up


@pytest.fixture(scope="module")
def run_id(paced: Served) -> str:
    """A run that is over."""
    answer = requests.post(f"{paced.url}/api/generate", json={"topic": FIRST_TIME}, timeout=25)
    return str(answer.json()["run_id"])


def asked(
    up: Served, run_id: str, accept: str = SSE, last: int = 0, **query: object
) -> requests.Response:
    headers = {"Accept": accept} | ({"Last-Event-ID": f"{run_id}:{last}"} if last else {})
    place = f"{up.url}/api/runs/{run_id}/events"
    return requests.get(place, query, headers=headers, stream=True, timeout=(3, 25))  # type: ignore[arg-type]


def told(up: Served, run_id: str, **asked_for: Any) -> list[tuple[float, Block]]:
    """Return the stored events of a stream, each with how long after the asking it came."""
    began = time.monotonic()
    with asked(up, run_id, **asked_for) as answer:
        return [(time.monotonic() - began, block) for block in blocks(answer) if block.id]


def moments(events: list[tuple[float, Block]]) -> list[float]:
    """Return when the events were stored, counted from the first."""
    at = [parse(block.data or "").timestamp.timestamp() for _, block in events]
    return [each - at[0] for each in at]


def assert_paced(events: list[tuple[float, Block]], speed: float) -> None:
    """Fail unless no event came before its time, and the last not long after."""
    for (came, _), moment in zip(events, moments(events), strict=True):
        assert came >= moment / speed - 0.005
    assert events[-1][0] < moments(events)[-1] / speed + 5.0


@pytest.mark.parametrize("accept", [SSE, LINES])
def test_the_bytes_are_the_same_at_any_speed(paced: Served, run_id: str, accept: str) -> None:
    at_once = asked(paced, run_id, accept).content

    for speed in ("0", "4", "1000"):
        assert asked(paced, run_id, accept, speed=speed).content == at_once


def test_each_event_comes_when_it_came(paced: Served, run_id: str) -> None:
    events = told(paced, run_id, speed=1)

    assert moments(events)[-1] > 0.3
    assert_paced(events, 1)


def test_half_the_speed_takes_twice_as_long(paced: Served, run_id: str) -> None:
    events = told(paced, run_id, speed=0.5, after=30)

    assert_paced(events, 0.5)


def test_who_comes_back_goes_on_from_the_event_seen_last(paced: Served, run_id: str) -> None:
    whole = told(paced, run_id)
    gaps = [later - now for now, later in zip(moments(whole), moments(whole)[1:], strict=False)]
    widest = gaps.index(max(gaps)) + 1  # the number of the event before it

    rest = told(paced, run_id, last=widest, speed=2)

    assert [block for _, block in rest] == [block for _, block in whole[widest:]]
    assert rest[0][0] >= max(gaps) / 2 - 0.005
    assert_paced(rest, 2)


def test_who_has_seen_the_end_gets_204_at_any_speed(paced: Served, run_id: str) -> None:
    last = len(told(paced, run_id))

    assert asked(paced, run_id, last=last, speed=2).status_code == 204


def test_a_snapshot_has_no_speed(paced: Served, run_id: str) -> None:
    assert len(asked(paced, run_id, "application/json", speed=0.001).json()) > 30


@pytest.mark.parametrize("speed", ["-1", "1001", "fast", "inf", "nan"])
def test_a_speed_that_cannot_be_is_refused(paced: Served, run_id: str, speed: str) -> None:
    answer = asked(paced, run_id, speed=speed)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "speed"
    assert "must be" in answer.json()["detail"]


def test_no_model_is_asked_and_nothing_is_paid(paced: Served, run_id: str) -> None:
    def spent() -> object:
        run = requests.get(f"{paced.url}/api/runs/{run_id}", timeout=30).json()
        return run["cost_usd"], run["model_calls"], run["last_seq"]

    before = spent()
    told(paced, run_id, speed=1000)

    assert spent() == before


def test_a_run_that_goes_on_is_told_as_it_happens(paced: Served) -> None:
    body = {"topic": f"{FIRST_TIME} #fault=stall@4x*"}
    live = requests.post(f"{paced.url}/api/runs", json=body, timeout=30).json()["run_id"]
    eventually(
        lambda: len(requests.get(f"{paced.url}/api/runs/{live}", timeout=30).json()["steps"]) > 3
    )

    with asked(paced, live, speed=0.001) as answer:
        came = (block.event for block in blocks(answer))
        for _ in range(4):
            assert "step" in came
        requests.post(f"{paced.url}/api/runs/{live}/cancel", timeout=30)
        assert list(came)[-1] == "error"


def test_a_pause_is_filled_with_heartbeats_and_ends_with_its_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aqumen.web.streaming._PING_SECONDS", 0.1)
    with serving(tmp_path, simulator_speed=100.0) as up:
        body = {"topic": FIRST_TIME}
        run_id = requests.post(f"{up.url}/api/generate", json=body, timeout=25).json()["run_id"]

        with (
            asked(up, run_id, speed=0.0001) as events,
            asked(up, run_id, LINES, speed=1e-4) as rows,
        ):
            beats = (block for block in blocks(events) if block.comments)
            empty = (row for row in rows.iter_lines(chunk_size=1) if not row)
            assert [next(beats).comments, next(beats).comments] == [("ping",)] * 2
            assert [next(empty), next(empty)] == [b"", b""]

        eventually(lambda: not up.parts.runs._watchers.now())


def test_a_server_that_goes_away_lets_slow_readers_go(tmp_path: Path) -> None:
    with serving(tmp_path, simulator_speed=100.0) as up:
        body = {"topic": FIRST_TIME}
        run_id = requests.post(f"{up.url}/api/generate", json=body, timeout=25).json()["run_id"]
        with asked(up, run_id, speed=0.0001) as answer:
            found = blocks(answer)
            next(found)
            threading.Timer(0.1, up.parts.runs.leave).start()

            *_, last = found

    assert (last.comments, last.retry) == (("restarting",), "1000")
