"""A TCP proxy that breaks connections the way networks do."""

import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

_LOOK_SECONDS = 0.05
_CHUNK = 65_536
_LONGEST_WORDS = 200


@dataclass(slots=True)
class Proxy:
    """Passes bytes between clients and a port of loopback; a context manager.

    What it knows of its connections is what a test may ask for: how many there were, and when to
    break them. A connection breaks without a word to either side, in the middle of whatever it
    carried.
    """

    target: int
    connections: int = 0
    """How many clients have come."""
    _listener: socket.socket = field(
        default_factory=lambda: socket.create_server(("127.0.0.1", 0), backlog=64)
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _cut: threading.Event = field(default_factory=threading.Event)
    _swallow: str | None = None
    _cut_at: bytes | None = None

    @property
    def url(self) -> str:
        """Where clients connect to."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def swallow_answer_to(self, path: str) -> None:
        """Break the next request for a path before the first byte of its answer gets through.

        The request itself reaches the server.
        """
        with self._lock:
            self._swallow = path

    def cut_at(self, words: bytes) -> None:
        """Break the next connection whose answer holds these at most 200 bytes, right after."""
        with self._lock:
            self._cut_at = words

    def cut_all(self) -> None:
        """Break every open connection now."""
        with self._lock:
            broken, self._cut = self._cut, threading.Event()
        broken.set()

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._closed.set()
        self.cut_all()
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(5.0)
        self._listener.close()

    def _accept(self) -> None:
        self._listener.settimeout(_LOOK_SECONDS)
        while not self._closed.is_set():
            with suppress(TimeoutError):
                client, _ = self._listener.accept()
                self.connections += 1
                self._spawn(self._carry, client)

    def _spawn(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        with self._lock:
            self._threads.append(thread)
        thread.start()

    def _carry(self, client: socket.socket) -> None:
        with self._lock:
            cut = self._cut
        with (
            suppress(OSError),
            client,
            socket.create_connection(("127.0.0.1", self.target), 5) as server,
        ):
            self._pass_on(client, server, cut)

    def _pass_on(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        swallowing, tail = False, b""
        while not cut.is_set():
            for side in select.select([client, server], [], [], _LOOK_SECONDS)[0]:
                data = side.recv(_CHUNK)
                if not data:
                    return
                if side is client:
                    server.sendall(data)
                    swallowing = self._swallows(data)
                elif swallowing:
                    return
                else:
                    through, broken = self._broken(tail, data)
                    client.sendall(through)
                    if broken:
                        return
                    tail = (tail + data)[-_LONGEST_WORDS:]

    def _swallows(self, request: bytes) -> bool:
        with self._lock:
            path = self._swallow
            if path is None or f" {path}".encode() not in request.split(b"\r\n", 1)[0]:
                return False
            self._swallow = None
            return True

    def _broken(self, before: bytes, answer: bytes) -> tuple[bytes, bool]:
        """Return how much of a piece of an answer gets through, and whether it breaks there."""
        with self._lock:
            place = -1 if self._cut_at is None else (before + answer).find(self._cut_at)
            if self._cut_at is None or place < 0:
                return answer, False
            end = place + len(self._cut_at) - len(before)
            self._cut_at = None
            return answer[: max(0, end)], True
