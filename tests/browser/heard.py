"""What the API says of a run's texts, and when it said it: a second reader beside the page."""

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Self

import requests

from fakes.sse import blocks

Call = tuple[int, int, int, int]
"""Step, attempt, answer and call."""


@dataclass(slots=True)
class Heard:
    """Reads a run's stream, deltas included, in a thread of its own; a context manager."""

    url: str
    run_id: str
    _texts: dict[Call, list[tuple[float, str]]] = field(default_factory=dict)
    """For each call that goes on, its text as it grew, with the time of each piece."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _left: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._left.set()
        if self._thread is not None:
            self._thread.join(15)

    def lags(self, shown: list[str], at: float) -> list[float]:
        """Return, for each call that goes on, how long ago was said what was not shown at a time.

        `shown` are the texts of the page, `at` is when it had them by `time.monotonic`.
        """
        with self._lock:
            texts = [list(grown) for grown in self._texts.values()]
        return [_lag(grown, shown, at) for grown in texts]

    def _read(self) -> None:
        stream = f"{self.url}/api/runs/{self.run_id}/events?deltas=true"
        wanted = {"Accept": "text/event-stream"}
        with requests.get(stream, headers=wanted, stream=True, timeout=30) as response:
            for block in blocks(response):
                if self._left.is_set():
                    return
                if block.data is not None:
                    self._take(str(block.event), json.loads(block.data))

    def _take(self, name: str, data: dict[str, Any]) -> None:
        now = time.monotonic()
        with self._lock:
            if name == "delta":
                call = (data["step_number"], data["attempt"], data["answer"], data["call"])
                grown = self._texts.setdefault(call, [])
                before = grown[-1][1] if grown else ""
                grown.append((now, before[: data["offset"]] + data["text"]))
            elif name == "step":
                over = (data.get("step_number"), data.get("attempt"), data.get("answer"))
                self._texts = {
                    call: grown for call, grown in self._texts.items() if call[:3] != over
                }


def _lag(grown: list[tuple[float, str]], shown: list[str], at: float) -> float:
    for said_at, text in grown:
        if said_at <= at and not any(each.startswith(text.strip()) for each in shown):
            return at - said_at
    return 0.0
