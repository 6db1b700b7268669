"""Several servers on one database, and what befalls them."""

import random
import threading
import time
from collections import Counter
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from fakes.processes import Api, bedrock

from .client import Client

LEASE_SECONDS = 2.0
CALLS_PER_RUN = 2
_SPEED = 10.0
_RESTART_SECONDS = 0.5
_START_SECONDS = 90.0
"""Until a server is ready that starts beside others, on a machine that may be busy."""


@dataclass(frozen=True, slots=True)
class Dose:
    """How much of everything."""

    seed: int
    seconds: float
    """How long things happen."""
    runs: int
    servers: int = 2
    drain_seconds: float = 60.0
    """How long the runs then have to come to their ends, undisturbed."""


@dataclass
class World:
    """What is up, and a way to make it go wrong."""

    dose: Dose
    database_url: str
    bedrock_url: str
    servers: list[Api]
    clients: list[Client]
    happened: Counter[str] = field(default_factory=Counter)
    resumed_at: list[float] = field(default_factory=list)
    _quiet: threading.Event = field(default_factory=threading.Event)

    def run(self, over: threading.Event) -> None:
        """Let clients come and servers suffer; then wait for the last client."""
        with ThreadPoolExecutor(len(self.clients) + len(self.servers)) as threads:
            suffering = [
                threads.submit(self._suffer, number) for number in range(len(self.servers))
            ]
            try:
                living = [self._come(threads, client) for client in self.clients]
                self._quiet.wait(max(0.0, self.dose.seconds - self._coming_seconds))
                self._quiet.set()
                for work in suffering:
                    work.result(2 * _START_SECONDS)
                end = time.monotonic() + self.dose.drain_seconds
                for work in living:
                    work.result(max(0.1, end - time.monotonic()))
            finally:
                self._quiet.set()
                over.set()

    @property
    def _coming_seconds(self) -> float:
        return 0.7 * self.dose.seconds

    def _come(self, threads: ThreadPoolExecutor, client: Client) -> "Future[None]":
        time.sleep(self._coming_seconds / len(self.clients))
        return threads.submit(client.live)

    def _suffer(self, number: int) -> None:
        """Kill, stop and pause one server again and again; leave it up."""
        dice, server = random.Random(f"server {self.dose.seed} {number}"), self.servers[number]
        while not self._quiet.wait(dice.uniform(0.5, 4.0)):
            what = dice.choice((self._kill, self._kill, self._stop, self._pause, self._pause))
            what(server, dice)

    def _kill(self, server: Api, dice: random.Random) -> None:
        self.happened["kill -9"] += 1
        server.kill()
        self._quiet.wait(dice.uniform(0, _RESTART_SECONDS))
        server.start()

    def _stop(self, server: Api, dice: random.Random) -> None:
        self.happened["stop"] += 1
        server.stop()
        self._quiet.wait(dice.uniform(0, _RESTART_SECONDS))
        server.start()

    def _pause(self, server: Api, dice: random.Random) -> None:
        """Stand still for longer than the lease, so that another takes over what it drives."""
        self.happened["pause"] += 1
        server.pause()
        self._quiet.wait(dice.uniform(1.0, 3.5) * LEASE_SECONDS)
        self.resumed_at.append(time.time())
        server.resume()


def calls_received(bedrock_url: str) -> list[dict[str, Any]]:
    """Return what an offline Bedrock was asked, one by one."""
    newest: list[dict[str, Any]] = requests.get(
        f"{bedrock_url}/simulator/calls/newest", timeout=20
    ).json()
    return newest


@contextmanager
def world(folder: Path, database_url: str, dose: Dose, over: threading.Event) -> Generator[World]:
    """Start the servers of a world; stop them at the end."""
    with ExitStack() as up:
        bedrock_url = up.enter_context(bedrock(_SPEED))
        settings = {
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock_url,
            "AQUMEN_DATABASE_URL": database_url,
            "AQUMEN_LEASE_SECONDS": str(LEASE_SECONDS),
            "AQUMEN_CALLS_PER_RUN": str(CALLS_PER_RUN),
            "AQUMEN_MODEL_GAP_TIMEOUT_SECONDS": "3",
            "AQUMEN_GRACE_SECONDS": "60",
        }
        servers = []
        for number in range(dose.servers):
            place = folder / f"server-{number}"
            place.mkdir()
            servers.append(up.enter_context(Api(place, settings, start_seconds=_START_SECONDS)))
        urls = [server.url for server in servers]
        clients = [Client(number, dose.seed, urls, over) for number in range(dose.runs)]
        yield World(dose, database_url, bedrock_url, servers, clients)
