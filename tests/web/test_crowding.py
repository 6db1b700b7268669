"""How many connections one address may have open."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from aqumen.access.addresses import networks
from aqumen.web.crowding import Crowd
from fakes.eventually import eventually
from fakes.serving import Served, serving

LIMIT = 20.0
GET = b"GET /health HTTP/1.1\r\nHost: here\r\n"
UPGRADE = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server at which an address may have three connections open."""
    with serving(tmp_path_factory.mktemp("crowded"), connections_per_address=3) as up:
        yield up


def connected(up: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", up.port), LIMIT)


def status(connection: socket.socket, more: bytes = b"") -> bytes:
    """Ask for something; return the status of the answer, or nothing if there is none."""
    try:
        connection.sendall(GET + more + b"\r\n")
        return connection.recv(65536).partition(b" ")[2][:3]
    except ConnectionError:
        return b""


def test_one_more_is_told_so_and_let_in_when_one_is_gone(crowded: Served) -> None:
    with ExitStack() as opened:
        first, *_others = (opened.enter_context(connected(crowded)) for _ in range(3))
        assert status(first) == b"200"

        refused = opened.enter_context(connected(crowded)).recv(65536)
        assert refused.startswith(b"HTTP/1.1 429")
        assert b"\r\nretry-after: 60\r\n" in refused
        assert b'"code":"rate_limited"' in refused
        assert b"AQUMEN_CONNECTIONS_PER_ADDRESS" in refused
        assert b"\r\nx-content-type-options: nosniff\r\n" in refused
        counted, _media_type = crowded.parts.exposition()
        assert b'aqumen_connections_refused_total{status="429"} 1.0' in counted

        first.close()
        eventually(lambda: status(opened.enter_context(connected(crowded))) == b"200")


@pytest.mark.parametrize(
    "sent", [GET + b"\r\n", GET + UPGRADE + b"\r\n", b"\x16\x03\x01", GET, b""]
)
def test_whoever_goes_is_counted_no_more_whatever_they_did(crowded: Served, sent: bytes) -> None:
    for _ in range(5):
        with connected(crowded) as opened:
            opened.sendall(sent)

    def let_in() -> bool:
        with connected(crowded) as opened:
            return status(opened) == b"200"

    eventually(let_in)


def test_what_proxies_pass_on_has_no_limit_of_connections(tmp_path: Path) -> None:
    proxy = {"connections_per_address": 1, "trusted_proxies": ("127.0.0.1",)}
    with serving(tmp_path, **proxy) as up, ExitStack() as opened:
        many = [opened.enter_context(connected(up)) for _ in range(5)]

        assert [status(each) for each in many] == [b"200"] * 5
        assert requests.get(f"{up.url}/health", timeout=LIMIT).status_code == 200


def test_an_address_is_the_same_however_it_is_written() -> None:
    crowd = Crowd(2, networks(["10.0.0.0/8"]))

    assert [crowd.let_in(each) for each in ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1")] == [
        True,
        True,
        False,
    ]
    assert [crowd.let_in(f"2001:db8::{n}") for n in range(3)] == [True, True, False]
    assert all(crowd.let_in("10.1.2.3") and crowd.let_in("") for _ in range(9))
    assert len(crowd) == 4


def test_an_address_that_has_left_is_forgotten() -> None:
    crowd = Crowd(1)
    for number in range(9):
        assert crowd.let_in(f"192.0.2.{number}")
        crowd.leave(f"192.0.2.{number}")

    assert len(crowd) == len(crowd._open) == 0
