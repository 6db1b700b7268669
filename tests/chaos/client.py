"""Somebody who wants one run and its whole story, over whatever happens to the servers."""

import json
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

import requests

from fakes.pipelines import FIRST_TIME, NEVER, REJECTED_AT_2, REJECTED_AT_7, SECOND_TIME
from fakes.sse import Block, blocks

Way = Literal["stream", "run", "blocking"]

_WAYS: tuple[Way, ...] = ("stream", "stream", "run", "run", "blocking")
_RIGORS = (*["single-sample"] * 7, "screened", "screened", "certified")
_TOPICS = (FIRST_TIME, SECOND_TIME, NEVER, REJECTED_AT_2, REJECTED_AT_7)
_FAULTS = (
    *[""] * 6,
    *("throttling@3x2", "throttling_retry_after@2", "unavailable@2x2", "internal@3", "hang_up@1"),
    *("cut@4", "cut@2", "stall@5", "stall@3", "silence@6", "truncate@7", "slow_first_token@1"),
    *("stream_throttling@2", "stream_unavailable@7", "bad_json@2", "no_tool@3", "bad_gateway@1"),
)
_PATIENCE = (2.0, 4.0)
"""Seconds to connect, and for the next byte: a server that stands still is left for another."""
_BLOCKING_SECONDS = 15.0
_PAUSE_SECONDS = 0.2


class Unanswered(Exception):
    """The server was in no state to answer, or the client hung up."""


@dataclass
class Client:
    """One run's client. What it does follows from its seed; when, from the world."""

    number: int
    seed: int
    urls: Sequence[str]
    over: threading.Event
    """Set when nobody waits any more."""
    run_ids: set[str] = field(default_factory=set)
    """Every id it was ever told for its run."""
    seen: list[Block] = field(default_factory=list)
    """Every stored event it was sent, in the order it came."""
    result: Any = None
    """What the blocking call returned."""
    cancelled: bool = False
    """Whether it has asked for the run's end."""
    ended: bool = False
    cuts: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(f"client {self.seed} {self.number}")
        self.way: Way = self._dice.choice(_WAYS)
        # Not the same when a seed is played again on the same database.
        self.key = f"chaos-{self.seed}-{self.number}-{time.time_ns()}"
        fault = self._dice.choice(_FAULTS)
        topic = f"{self._dice.choice(_TOPICS)} {self.number}"
        self.body = {
            "topic": f"{topic} #fault={fault}" if fault else topic,
            "max_attempts": self._dice.choice((1, 2)),
            "rigor": self._dice.choice(_RIGORS),
        }
        self._stop_answered = False
        self._cancels_after = self._dice.choice((*[None] * 12, 1, 4, 9, 15))

    @property
    def run_id(self) -> str:
        """The run's id; only when there is one."""
        (run_id,) = self.run_ids
        return run_id

    def live(self) -> None:
        """Start the run and stay with it to its end, or until nobody waits any more."""
        if self.way == "run":
            self._until_answered(self._start_twice)
        self.stay()

    def only_watches(self, run_id: str) -> None:
        """Have it stay with somebody else's run, and leave that alone."""
        self.way, self._cancels_after = "run", None
        self._note(run_id)

    def stay(self) -> None:
        """Stay with the run to its end, or until nobody waits any more."""
        act = self._block if self.way == "blocking" else self._read
        while not self.ended:
            self._until_answered(act)
            if self.over.is_set():
                return

    def _until_answered(self, act: Any) -> None:
        while not self.over.is_set():
            try:
                act()
            except (requests.RequestException, Unanswered):
                self.over.wait(_PAUSE_SECONDS)
            else:
                return

    def _url(self) -> str:
        return self._dice.choice(self.urls)

    def _start_twice(self) -> None:
        """Ask two servers at the same moment for what has to be one run."""
        urls = [self._url(), self._url()]
        with ThreadPoolExecutor(2) as threads:
            for answer in threads.map(self._start, urls):
                self._note(answer.json()["run_id"])

    def _start(self, url: str) -> requests.Response:
        headers = {"Idempotency-Key": self.key}
        answer = requests.post(
            f"{url}/api/runs", json=self.body, headers=headers, timeout=_PATIENCE
        )
        return _good(answer)

    def _block(self) -> None:
        body = {**self.body, "request_id": self.key}
        wait = (_PATIENCE[0], _BLOCKING_SECONDS)
        answer = _good(requests.post(f"{self._url()}/api/generate", json=body, timeout=wait))
        self._note(answer.headers["x-run-id"])
        self.result, self.ended = answer.json(), True

    def _read(self) -> None:
        """Read a part of the stream; the connection is cut after some events."""
        cut_after = self._dice.randint(1, 14)
        with self._stream() as answer:
            if answer.status_code == 204:
                self.ended = True
                return
            _good(answer)
            self._note(answer.headers.get("x-run-id") or self.run_id)
            for block in blocks(answer):
                if block.id is not None:
                    self._see(block)
                    cut_after -= 1
                if cut_after == 0:
                    self.cuts += 1
                    return

    def _stream(self) -> requests.Response:
        headers = {"Accept": "text/event-stream"}
        if self.seen:
            headers["Last-Event-ID"] = self.seen[-1].id or ""
        if self.way == "run":
            place, query = f"/api/runs/{self.run_id}/events", {}
        else:
            place, query = "/api/generate-stream", {**self.body, "request_id": self.key}
        url = f"{self._url()}{place}"
        return requests.get(url, query, headers=headers, stream=True, timeout=_PATIENCE)

    def _see(self, block: Block) -> None:
        self.seen.append(block)
        if self._cancels_after is not None and len(self.seen) >= self._cancels_after:
            self._cancel()

    def _cancel(self) -> None:
        """Ask for the run's end until that is answered: what times out may be done all the same."""
        if not self._stop_answered:
            self.cancelled = True
            place = f"/api/runs/{self.run_id}/cancel"
            _good(requests.post(f"{self._url()}{place}", timeout=_PATIENCE))
            self._stop_answered = True

    def _note(self, run_id: str) -> None:
        self.run_ids.add(run_id)


def _good(answer: requests.Response) -> requests.Response:
    """Return an answer that is one; what a stopping or a full server says is none."""
    if answer.status_code >= 500:
        raise Unanswered
    if not answer.ok:
        raise AssertionError(f"{answer.request.url}: {answer.status_code} {answer.text[:300]}")
    return answer


def terminal(block: Block) -> bool:
    """Whether nothing may follow."""
    return block.event in ("done", "error")


def seq_of(block: Block) -> int:
    """The number in an event's id, which its data has to carry too."""
    seq = int((block.id or "").rpartition(":")[2])
    assert json.loads(block.data or "{}")["seq"] == seq
    return seq


def wait_for(clients: Sequence[Client], seconds: float) -> list[int]:
    """Wait until every client has its run's end; return the numbers of those that have not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not all(client.ended for client in clients):
        time.sleep(0.05)
    return [client.number for client in clients if not client.ended]
