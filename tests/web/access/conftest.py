"""A server that asks everybody for a key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from aqumen.runs.runs import Runs
from fakes.keys import bearer, lines
from fakes.pipelines import FIRST_TIME
from fakes.serving import serving


@dataclass(frozen=True, slots=True)
class Asked:
    """The server, as its callers ask it."""

    url: str
    runs: Runs

    def __call__(
        self, method: str, place: str, who: str | None = None, **more: Any
    ) -> requests.Response:
        headers = (bearer(who) if who else {}) | more.pop("headers", {})
        return requests.request(method, self.url + place, headers=headers, timeout=25, **more)

    def run_of(self, who: str, topic: str = FIRST_TIME) -> str:
        """Return the id of a run that somebody has had made, and that is over."""
        answer = self("POST", "/api/generate", who, json={"topic": topic})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["run_id"])

    def ticket(self, who: str, **asked: str) -> str:
        """Return a ticket somebody was given."""
        answer = self("POST", "/api/tickets", who, json=asked)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["ticket"])


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("guarded")
    with serving(folder, auth="required", api_keys=lines()) as up:
        yield Asked(up.url, up.parts.runs)
