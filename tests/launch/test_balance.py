"""`python -m aqumen balance`: one address in front of several processes."""

import asyncio
import socket
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress

import pytest
import requests

from aqumen.launch.balance import Balancer
from fakes.cluster import round_robin
from fakes.processes import free_port

Answer = Callable[[socket.socket], None]

LIMIT = 20.0
"""Seconds; the machine may be busy."""
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"


class Upstream:
    """Listens on loopback and does with each connection what a test wants."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self._answer = answer
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        port: int = self.listener.getsockname()[1]
        return port

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self.listener.accept()
                with line:
                    self.asked.append(line.recv(65_536))
                    self._answer(line)


def saying(words: bytes) -> Answer:
    return lambda line: line.sendall(OK + words)


def hang_up(_line: socket.socket) -> None:
    """Say nothing, as a process does that is killed."""


@contextmanager
def turns(ports: Sequence[int]) -> Generator[str]:
    """Serve what the command serves, in a thread; yield its address."""
    loop = asyncio.new_event_loop()
    serving = threading.Thread(target=loop.run_forever, daemon=True)
    serving.start()
    with ExitStack() as down:
        down.callback(loop.close)
        down.callback(serving.join, LIMIT)
        down.callback(loop.call_soon_threadsafe, loop.stop)
        listening = asyncio.start_server(Balancer(ports).carry, "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(listening, loop).result(LIMIT)
        down.callback(lambda: asyncio.run_coroutine_threadsafe(closed(server), loop).result(LIMIT))
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def closed(server: asyncio.Server) -> None:
    """Listen no more, and let what is open end, as the command's loop does when it is stopped."""
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def balanced(*answers: Answer) -> Generator[tuple[str, list[Upstream]]]:
    upstreams = [Upstream(answer) for answer in answers]
    with ExitStack() as up:
        for each in upstreams:
            up.callback(each.listener.close)
        yield up.enter_context(turns([each.port for each in upstreams])), upstreams


def test_connections_go_to_each_process_in_turn() -> None:
    with balanced(saying(b"11"), saying(b"22"), saying(b"33")) as (url, _):
        answers = [requests.get(url, timeout=30).text for _ in range(6)]

    assert answers == ["11", "22", "33", "11", "22", "33"]


def test_a_process_that_cannot_be_reached_is_passed_over() -> None:
    alive = Upstream(saying(b"ok"))
    with turns([free_port(), alive.port]) as url:
        answers = [requests.post(url, json={"topic": "a"}, timeout=30).text for _ in range(4)]

    assert answers == ["ok"] * 4


def test_a_process_that_dies_before_the_first_byte_is_replaced_by_another() -> None:
    with balanced(hang_up, saying(b"ok")) as (url, (dying, alive)):
        answer = requests.get(f"{url}/api/runs", timeout=30)

    assert answer.text == "ok"
    assert dying.asked == alive.asked


def test_what_may_have_been_done_is_not_asked_of_another() -> None:
    with (
        balanced(hang_up, saying(b"ok")) as (url, (dying, alive)),
        pytest.raises(requests.ConnectionError),
    ):
        requests.post(f"{url}/api/runs", json={"topic": "a"}, timeout=30)

    assert len(dying.asked) == 1
    assert alive.asked == []


STARTS = "/api/generate-stream?topic=loops"


@pytest.mark.parametrize(
    ("path", "headers", "repeated"),
    [
        (STARTS, {}, False),
        (f"{STARTS}&request_id=reload-0001", {}, True),
        (STARTS, {"Last-Event-ID": "run-1:3"}, True),
    ],
)
def test_a_stream_is_asked_for_again_only_where_that_starts_no_second_run(
    path: str, headers: dict[str, str], *, repeated: bool
) -> None:
    with balanced(hang_up, saying(b"ok")) as (url, (_, alive)):
        with suppress(requests.ConnectionError):
            requests.get(url + path, headers=headers, timeout=30)

        assert bool(alive.asked) == repeated


def test_what_is_said_gets_through_at_once() -> None:
    heard = threading.Event()

    def in_two_pieces(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        line.sendall(b"9\r\ndata: 1\n\n\r\n")
        assert heard.wait(5), "the first piece was held back"
        line.sendall(b"9\r\ndata: 2\n\n\r\n0\r\n\r\n")

    with balanced(in_two_pieces) as (url, _), requests.get(url, stream=True, timeout=30) as answer:
        pieces = answer.iter_content(chunk_size=None)
        first = next(pieces)
        heard.set()
        rest = b"".join(pieces)

    assert (first, rest) == (b"data: 1\n\n", b"data: 2\n\n")


def test_with_no_process_left_the_command_answers_with_a_problem() -> None:
    with round_robin([free_port()]) as url:
        answer = requests.get(f"{url}/api/runs", timeout=30)

    assert answer.status_code == 503
    assert answer.json()["code"] == "restarting"
    assert answer.headers["Retry-After"] == "1"
