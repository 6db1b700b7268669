"""A run outlives the processes that drive it, and its reader sees one stream."""

import time
from collections.abc import Generator
from pathlib import Path

import pytest

from aqumen.models.known import KnownModels
from aqumen.settings import Settings
from aqumen.simulator.pace import Pace
from aqumen.simulator.scripted import Scripted
from aqumen.simulator.server import Simulator
from aqumen.simulator.service import Service
from fakes.eventually import eventually
from fakes.pipelines import FIRST_TIME
from fakes.processes import Api
from fakes.reader import reading

LEASE = {"AQUMEN_LEASE_SECONDS": "2"}


@pytest.fixture
def bedrock() -> Generator[Simulator]:
    """An offline Bedrock that outlives the API, as the real one does."""
    mind = Scripted(Settings(model_backend="simulator").model_weak)
    with Simulator(Service(mind, KnownModels.shipped(), Pace(speed=8))) as simulator:
        yield simulator


@pytest.mark.parametrize(("how", "times"), [("stop", 2), ("kill", 1)])
def test_a_reader_sees_one_whole_run_over_restarts(
    tmp_path: Path, bedrock: Simulator, how: str, times: int
) -> None:
    settings = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock.url, **LEASE}
    with Api(tmp_path, settings) as api:
        with reading(f"{api.url}/api/generate-stream?topic={FIRST_TIME}") as reader:
            for stop in range(times):
                eventually(lambda before=stop: reader.steps() > 2 * before, 60)  # type: ignore[misc]
                getattr(api, how)()
                time.sleep(0.2)  # for some moments nobody is there
                api.start()
            assert reader.over.wait(60)

        run_id, _, last = (reader.seen[-1].id or "").partition(":")
        log = api.get(f"/api/runs/{run_id}/events")
        summary = api.get(f"/api/runs/{run_id}")

    assert [block.id for block in reader.seen] == [f"{run_id}:{n}" for n in range(1, int(last) + 1)]
    assert [item["seq"] for item in log] == list(range(1, int(last) + 1))
    assert [item["event"] for item in log if item["event"] in ("done", "error")] == ["done"]
    assert summary["status"] == "succeeded"
    steps = [item["data"] for item in log if item["data"].get("type") == "step"]
    assert len({(s["step_number"], s["attempt"], s["answer"]) for s in steps}) == len(steps)
    # At most what was being answered when a process went, two at a time, is answered again.
    assert bedrock.calls.answered <= sum(len(step["calls"]) for step in steps) + 2 * times


def test_who_went_away_during_a_restart_is_not_paid_for(tmp_path: Path, bedrock: Simulator) -> None:
    settings = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock.url, "AQUMEN_GRACE_SECONDS": "1"}
    with Api(tmp_path, settings | LEASE) as api:
        with reading(f"{api.url}/api/generate-stream?topic={FIRST_TIME}") as reader:
            eventually(lambda: reader.steps() > 0, 20)
            run_id = (reader.seen[0].id or "").partition(":")[0]
            api.stop()
        api.start()

        eventually(lambda: api.get(f"/api/runs/{run_id}")["status"] == "cancelled", 30)
