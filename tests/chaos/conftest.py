"""Two servers on one database and one offline Bedrock."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest
import requests

from fakes.processes import Api, bedrock

SPEED = 8.0


class Pair(NamedTuple):
    """A server that something is done to, and one that goes on."""

    first: Api
    other: Api
    bedrock_url: str

    def start(self, topic: str) -> str:
        """Start a run on the first server, whether anybody watches it or not; return its id."""
        run_id: str = self.first.post("/api/runs", {"topic": topic})["run_id"]
        return run_id

    def row(self, run_id: str) -> dict[str, object]:
        """Return what the other server says of a run."""
        found: dict[str, object] = self.other.get(f"/api/runs/{run_id}")
        return found

    def asked(self, run_id: str) -> list[dict[str, object]]:
        """Return the model calls that were received for a run."""
        newest = requests.get(f"{self.bedrock_url}/simulator/calls/newest", timeout=30).json()
        return [call for call in newest if call["metadata"].get("run") == run_id]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    with ExitStack() as up:
        url = up.enter_context(bedrock(SPEED))
        settings = {
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": url,
            "AQUMEN_DATABASE_URL": f"sqlite:///{folder / 'runs.db'}",
            "AQUMEN_LEASE_SECONDS": "2",
        }
        for name in ("first", "other"):
            (folder / name).mkdir()
        first = up.enter_context(Api(folder / "first", settings))
        other = up.enter_context(Api(folder / "other", settings))
        yield Pair(first, other, url)
