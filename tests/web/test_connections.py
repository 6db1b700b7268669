"""What a connection may cost, before and after the application sees anything of it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
import requests
import uvicorn
from starlette.types import Receive, Scope, Send

from aqumen.web.connections import Bounded
from fakes.eventually import eventually
from fakes.serving import Served

GET = b"GET /health HTTP/1.1\r\nHost: here\r\n"
POST = b"POST /api/runs HTTP/1.1\r\nHost: here\r\n"
LIMIT = 20.0
MANY = 60
"""Answers that are more than the kernel keeps for a connection."""


@pytest.fixture
def connection(served: Served) -> Iterator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", served.port), LIMIT)) as opened:
        yield opened


@pytest.fixture
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aqumen.web.connections._HEAD_SECONDS", 0.3)
    monkeypatch.setattr("aqumen.web.connections._REST_SECONDS", 0.3)
    monkeypatch.setattr("aqumen.web.connections._SEND_SECONDS", 0.3)


def answered(connection: socket.socket) -> bytes:
    """Return all that comes until the server hangs up."""
    came = b""
    with suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            came += piece
    return came


def refused(served: Served, status: int) -> float:
    """Return how many connections were refused with a status."""
    series = f'aqumen_connections_refused_total{{status="{status}"}} '
    lines = served.parts.exposition()[0].decode().splitlines()
    return next(float(line.removeprefix(series)) for line in lines if line.startswith(series))


def poured(connection: socket.socket, piece: bytes, megabytes: int) -> bool:
    """Send on and on; return whether all of it was taken."""
    try:
        for _ in range(megabytes):
            connection.sendall(piece * (2**20 // len(piece)))
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (GET + b"A: ", b"x"),
        (GET, b"A: x\r\n"),
        (b"GET /", b"x"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"A: x\r\n"),
        (POST + b"Content-Length: 99999999999\r\n\r\n", b"x"),
    ],
    ids=["header", "headers", "address", "chunk", "trailers", "body"],
)
def test_a_request_without_an_end_is_not_read_for_ever(
    connection: socket.socket, url: str, begin: bytes, piece: bytes
) -> None:
    connection.sendall(begin)

    assert not poured(connection, piece, 40)
    assert requests.get(f"{url}/health", timeout=LIMIT).status_code == 200


def test_a_head_that_is_too_long_is_told_so(connection: socket.socket, served: Served) -> None:
    before = refused(served, 431)
    connection.sendall(GET + b"A: " + b"x" * 200_000)

    came = answered(connection)

    assert came.startswith(b"HTTP/1.1 431")
    assert b'"code":"invalid_request"' in came
    assert b"\r\nx-content-type-options: nosniff\r\n" in came
    assert b"\r\ncontent-security-policy: default-src 'none'" in came
    assert b"access-control" not in came
    assert refused(served, 431) == before + 1


@pytest.mark.parametrize(
    ("origin", "may_read"), [(b"https://demo.aqumen.ai", True), (b"https://elsewhere.net", False)]
)
def test_a_page_that_is_let_in_may_read_why_its_request_was_refused(
    connection: socket.socket, origin: bytes, *, may_read: bool
) -> None:
    connection.sendall(GET + b"Origin: " + origin + b"\r\nA: " + b"x" * 200_000)

    came = answered(connection)

    assert came.startswith(b"HTTP/1.1 431")
    assert (b"\r\naccess-control-allow-origin: " + origin + b"\r\n" in came) == may_read
    assert (b"\r\nvary: Origin\r\n" in came) == may_read


def test_the_page_of_an_earlier_request_reads_nothing_of_a_later_one(
    connection: socket.socket,
) -> None:
    connection.sendall(GET + b"Origin: https://demo.aqumen.ai\r\n\r\n")
    assert b"access-control-allow-origin" in connection.recv(65536)

    connection.sendall(b"\x16\x03\x01")

    came = answered(connection)
    assert came.startswith(b"HTTP/1.1 400")
    assert b"access-control" not in came


@pytest.mark.usefixtures("_short_waits")
@pytest.mark.parametrize("begin", [b"", b"G", GET + b"A: x"])
def test_a_head_that_does_not_come_is_not_waited_for(
    connection: socket.socket, served: Served, begin: bytes
) -> None:
    before = refused(served, 408)
    connection.sendall(begin)

    assert answered(connection).startswith(b"HTTP/1.1 408")
    assert refused(served, 408) == before + 1


@pytest.mark.usefixtures("_short_waits")
def test_nor_is_the_head_of_a_second_request(connection: socket.socket) -> None:
    connection.sendall(GET + b"\r\n")
    assert connection.recv(65536).startswith(b"HTTP/1.1 200")

    connection.sendall(GET)

    assert b"HTTP/1.1 408" in answered(connection)


@pytest.mark.usefixtures("_short_waits")
def test_nor_is_the_rest_of_a_body_that_was_answered(connection: socket.socket) -> None:
    """However often a little of it comes."""
    connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: here\r\nContent-Length: 99999\r\n\r\n")
    assert connection.recv(65536).startswith(b"HTTP/1.1 404")

    def dripped() -> bool:
        try:
            connection.sendall(b"x")
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    eventually(lambda: not dripped())


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c"])
def test_another_protocol_is_not_spoken(connection: socket.socket, protocol: bytes) -> None:
    """Its connections would have no limits."""
    wanted = b"Connection: Upgrade, close\r\nUpgrade: " + protocol + b"\r\n"
    keys = b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    connection.sendall(GET + wanted + keys + b"\r\n")

    came = answered(connection)

    assert came.startswith(b"HTTP/1.1 200")
    assert b'"status":"healthy"' in came


def test_a_body_that_comes_whole_after_its_answer_leaves_the_connection_open(
    connection: socket.socket, url: str
) -> None:
    connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\n")
    assert connection.recv(65536).startswith(b"HTTP/1.1 404")

    connection.sendall(b"123456789" + GET + b"\r\n")

    assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    assert requests.get(f"{url}/health", timeout=LIMIT).status_code == 200


def test_so_many_requests_wait_on_a_connection_and_no_more(connection: socket.socket) -> None:
    """Each costs the server far more than the client: a page of them would be megabytes."""
    connection.sendall((GET + b"\r\n") * 5000)

    assert answered(connection).count(b"HTTP/1.1 200") <= 110


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02\x00", GET + b"Content-Length: -1\r\n\r\n"])
def test_what_is_no_request_is_answered_as_a_problem(
    connection: socket.socket, served: Served, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    before = refused(served, 400)
    connection.sendall(sent)

    came = answered(connection)

    assert came.startswith(b"HTTP/1.1 400")
    assert b'"code":"invalid_request"' in came
    assert refused(served, 400) == before + 1
    assert "uvicorn.error" not in {each.name for each in caplog.records}, "a line for each"


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux has it")
def test_the_kernel_gives_up_a_client_that_is_gone_as_soon_as_one_that_reads_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless told it tries for a quarter of an hour, and a run goes on for its dead reader."""
    found: list[int] = []
    noticing = Bounded._notice_silence

    def noted(self: Bounded) -> None:
        noticing(self)
        opened = self.transport.get_extra_info("socket")
        found.append(opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))

    monkeypatch.setattr(Bounded, "_notice_silence", noted)
    requests.get(f"{served.url}/health", timeout=LIMIT)

    assert found == [45_000]


@pytest.mark.usefixtures("_short_waits")
def test_a_stream_outlives_the_time_of_its_head(url: str) -> None:
    asked = {"topic": "Loops in Python", "request_id": f"stream-{time.time():.0f}"}

    with requests.get(f"{url}/api/generate-stream", asked, stream=True, timeout=LIMIT) as answer:
        time.sleep(0.5)  # longer than a head may take

        assert b"event: done" in answer.content


@pytest.mark.usefixtures("_short_waits")
def test_an_answer_nobody_reads_is_dropped_and_one_read_slowly_is_not(
    served: Served, url: str
) -> None:
    whole = MANY * len(requests.get(f"{url}/openapi.json", timeout=LIMIT).content)
    place = ("127.0.0.1", served.port)
    with (
        closing(socket.create_connection(place, LIMIT)) as lazy,
        closing(socket.create_connection(place, LIMIT)) as slow,
    ):
        for each in (lazy, slow):
            each.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: here\r\n\r\n" * MANY)
        got, end = 0, time.monotonic() + 1.5
        while got < whole:
            got += len(slow.recv(2**18))
            if time.monotonic() < end:
                time.sleep(0.02)  # slow, and never silent for as long as is waited

        assert len(answered(lazy)) < whole


async def forty_kilobytes(scope: Scope, _receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * 40_000})


@pytest.mark.usefixtures("_short_waits")
@pytest.mark.parametrize(
    ("more", "then"), [(b"Connection: close\r\n", b""), (b"", b"\x16\x03\x01")]
)
def test_nor_does_the_end_of_an_answer_wait_for_a_reader_for_ever(
    monkeypatch: pytest.MonkeyPatch, more: bytes, then: bytes
) -> None:
    """Less than the server would still take from the application, more than the kernel takes."""
    monkeypatch.setattr(Bounded, "_notice_silence", lambda _self: None)
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as listening,
        closing(socket.socket()) as lazy,
    ):
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        config = uvicorn.Config(forty_kilobytes, http=Bounded, lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        lazy.connect(listening.getsockname())
        lazy.sendall(GET + more + b"\r\n")

        eventually(lambda: server.server_state.total_requests == 1)
        lazy.sendall(then)
        eventually(lambda: not server.server_state.connections)
        server.should_exit = True
        thread.join(5)
        assert not thread.is_alive()
