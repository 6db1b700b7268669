"""A browser's way of reading a stream."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from .sse import Block, blocks


@dataclass
class Reader:
    """It comes back to the same address, with the id it saw last."""

    url: str
    seen: list[Block] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    closed: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        while not self.closed.wait(0.1) and not self.over.is_set():
            try:
                self._connect()
            except requests.RequestException:
                continue

    def steps(self) -> int:
        return sum(block.event == "step" for block in self.seen)

    def _connect(self) -> None:
        headers = {"Accept": "text/event-stream"}
        if self.seen:
            headers["Last-Event-ID"] = self.seen[-1].id or ""
        with requests.get(self.url, headers=headers, stream=True, timeout=(2, 25)) as answer:
            if answer.status_code == 204:
                self.over.set()
                return
            answer.raise_for_status()
            for block in blocks(answer):
                if block.id is not None:
                    self.seen.append(block)


@contextmanager
def reading(url: str) -> Generator[Reader]:
    reader = Reader(url)
    thread = threading.Thread(target=reader.read, daemon=True)
    thread.start()
    try:
        yield reader
    finally:
        reader.closed.set()
        thread.join(5)
