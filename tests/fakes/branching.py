"""A server on an offline Bedrock of its own, whose calls can be counted."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from aqumen.models.known import KnownModels
from aqumen.settings import Settings
from aqumen.simulator.faults import Faults
from aqumen.simulator.mind import Asked, Said
from aqumen.simulator.pace import Pace
from aqumen.simulator.scripted import Scripted
from aqumen.simulator.server import Simulator
from aqumen.simulator.service import Service

from .eventually import eventually
from .serving import Served, serving

Json = dict[str, Any]


@dataclass
class Overheard:
    """The offline models, and what each run asked them."""

    mind: Scripted = field(default_factory=lambda: Scripted(Settings().model_weak))
    asked: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> Said:
        """Answer as the offline models do."""
        self.asked.append(asked)
        return self.mind.answer(asked)


@dataclass(frozen=True, slots=True)
class Branching:
    """A served API, with what it takes to fork and to rejudge."""

    served: Served
    overheard: Overheard
    faults: Faults
    """What goes wrong next, in whatever run."""

    @property
    def url(self) -> str:
        """Where it is."""
        return self.served.url

    def post(self, place: str, body: object = None, **headers: str) -> requests.Response:
        """Post a body as JSON."""
        return requests.post(f"{self.url}{place}", json=body, headers=headers, timeout=25)

    def get(self, place: str, **query: Any) -> Any:
        """Return what a call answers."""
        answer = requests.get(f"{self.url}{place}", query, timeout=25)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def run(self, topic: str, **more: object) -> Json:
        """Return the details of a run on a topic, when it is over."""
        return self.over(self.post("/api/runs", {"topic": topic, **more}))

    def fork(self, run_id: str, from_step: int, **more: object) -> requests.Response:
        """Ask for a fork."""
        return self.post(f"/api/runs/{run_id}/fork", {"from_step": from_step, **more})

    def rejudge(self, run_id: str, **body: object) -> requests.Response:
        """Ask for a rejudgement."""
        return self.post(f"/api/runs/{run_id}/rejudge", body)

    def over(self, started: requests.Response) -> Json:
        """Return the details of a run that was started, when it is over."""
        assert started.status_code == 202, started.text
        place = f"/api/runs/{started.json()['run_id']}"
        eventually(lambda: self.get(place)["ended_at"] is not None, 20)
        details: Json = self.get(place)
        return details

    def calls(self, run_id: str) -> Counter[int]:
        """Return how often a run asked the models, by step: as they count it."""
        mine = (asked for asked in self.overheard.asked if asked.metadata.get("run") == run_id)
        return Counter(int(asked.metadata["step"]) for asked in mine)

    def models_asked(self, run_id: str) -> dict[int, str]:
        """Return which model a run asked in each step."""
        mine = (asked for asked in self.overheard.asked if asked.metadata.get("run") == run_id)
        return {int(asked.metadata["step"]): asked.model_id for asked in mine}

    def prompts(self, run_id: str, step: int) -> list[str]:
        """Return what a run asked in a step."""
        return [
            asked.prompt
            for asked in self.overheard.asked
            if (asked.metadata.get("run"), asked.metadata.get("step")) == (run_id, str(step))
        ]


@contextmanager
def branching(folder: Path, **settings: Any) -> Generator[Branching]:
    """Serve the application on models that are listened to."""
    overheard = Overheard()
    service = Service(overheard, KnownModels.shipped(), Pace(0.0))
    with Simulator(service) as simulator:
        endpoint = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": simulator.url}
        with serving(folder, **endpoint, **settings) as served:
            yield Branching(served, overheard, service.faults)
