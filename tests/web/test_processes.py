"""Two API processes on one PostgreSQL: any of them serves any run."""

import time
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from aqumen.models.known import KnownModels
from aqumen.settings import Settings
from aqumen.simulator.pace import Pace
from aqumen.simulator.scripted import Scripted
from aqumen.simulator.server import Simulator
from aqumen.simulator.service import Service
from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME
from fakes.postgres import Postgres
from fakes.processes import Api
from fakes.reader import Reader, reading


@dataclass(frozen=True, slots=True)
class Pair:
    """Two processes, and the models both ask."""

    one: Api
    other: Api
    bedrock: Simulator


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Generator[Pair]:
    mind = Scripted(Settings(model_backend="simulator").model_weak)
    service = Service(mind, KnownModels.shipped(), Pace(speed=8))
    with ExitStack() as running:
        bedrock = running.enter_context(Simulator(service))
        settings = {
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock.url,
            "AQUMEN_DATABASE_URL": running.enter_context(postgres.database()),
            "AQUMEN_LEASE_SECONDS": "3",
        }
        one, other = (
            running.enter_context(Api(tmp_path_factory.mktemp(name), settings))
            for name in ("one", "other")
        )
        yield Pair(one, other, bedrock)


def begun(api: Api) -> str:
    """Start a run and wait until its first step is answered."""
    run_id: str = api.post("/api/runs", {"topic": FIRST_TIME})["run_id"]
    eventually(lambda: any(each["event"] == "step" for each in logged(api, run_id)), 20)
    return run_id


def logged(api: Api, run_id: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = api.get(f"/api/runs/{run_id}/events")
    return found


def check_whole(reader: Reader, run_id: str, last: str) -> None:
    """Fail unless every event came once, in order, to one end."""
    assert [block.id for block in reader.seen] == [
        f"{run_id}:{number}" for number in range(1, len(reader.seen) + 1)
    ]
    assert [b.event for b in reader.seen if b.event in ("done", "error")] == [last]


def test_one_process_serves_what_the_other_drives(pair: Pair) -> None:
    run_id = begun(pair.one)
    with reading(f"{pair.other.url}/api/runs/{run_id}/events") as reader:
        assert pair.other.get("/api/runs")["runs"][0]["run_id"] == run_id
        assert pair.other.get(f"/api/runs/{run_id}")["steps"]
        assert reader.over.wait(60)

    check_whole(reader, run_id, "done")
    assert logged(pair.one, run_id) == logged(pair.other, run_id)
    detail = pair.other.get(f"/api/runs/{run_id}")
    assert detail["status"] == "succeeded"
    assert detail == pair.one.get(f"/api/runs/{run_id}")


def test_one_process_cancels_what_the_other_drives(pair: Pair) -> None:
    run_id = begun(pair.one)
    with reading(f"{pair.other.url}/api/runs/{run_id}/events") as reader:
        eventually(lambda: reader.steps() > 0, 20)
        began = time.monotonic()
        answer = pair.other.post(f"/api/runs/{run_id}/cancel")
        eventually(lambda: reader.seen[-1].event == "error", 5)
        took = time.monotonic() - began

    assert answer["changed"]
    assert took < 1.0
    check_whole(reader, run_id, "error")
    assert pair.one.get(f"/api/runs/{run_id}")["status"] == "cancelled"
    eventually(lambda: not pair.bedrock.calls.open)


def test_a_request_id_means_one_run_in_both_processes(pair: Pair) -> None:
    body = {"topic": FIRST_TIME, "request_id": "the-same-request"}

    ids = {api.post("/api/runs", body)["run_id"] for api in (pair.one, pair.other)}

    assert len(ids) == 1
    pair.other.post(f"/api/runs/{ids.pop()}/cancel")


def test_one_process_goes_on_with_what_the_other_drove_when_it_was_killed(pair: Pair) -> None:
    answered = pair.bedrock.calls.answered
    run_id = begun(pair.one)
    with reading(f"{pair.other.url}/api/runs/{run_id}/events") as reader:
        eventually(lambda: reader.steps() > 2, 30)
        pair.one.kill()
        assert reader.over.wait(60)
        pair.one.start()

    check_whole(reader, run_id, "done")
    assert [each["seq"] for each in logged(pair.other, run_id)] == list(
        range(1, len(reader.seen) + 1)
    )
    steps = pair.other.get(f"/api/runs/{run_id}")["steps"]
    assert len({(s["step_number"], s["attempt"], s["answer"]) for s in steps}) == len(steps)
    # At most the two that were being answered when the process went are answered again.
    answered = pair.bedrock.calls.answered - answered
    assert answered <= sum(len(step["calls"]) for step in steps) + 2
