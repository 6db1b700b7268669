import socket
from collections.abc import Generator
from contextlib import closing
from time import monotonic

import pytest

from aqumen.models.bedrock import gulps
from aqumen.models.bedrock.gulps import GulpedResponse

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"


@pytest.fixture
def line() -> Generator[tuple[socket.socket, GulpedResponse]]:
    theirs, ours = socket.socketpair()
    ours.settimeout(5.0)
    with theirs, ours, closing(GulpedResponse(ours, method="GET")) as response:
        theirs.sendall(HEAD)
        response.begin()
        yield theirs, response


def test_a_call_alone_is_read_as_it_comes(line: tuple[socket.socket, GulpedResponse]) -> None:
    theirs, response = line
    began = monotonic()

    theirs.sendall(b"abc")
    first = response.read1(100)
    theirs.sendall(b"def")
    second = response.read1(100)

    assert (first, second) == (b"abc", b"def")
    assert monotonic() - began < gulps._LONGEST_PAUSE_SECONDS


def test_among_many_calls_what_comes_within_a_pause_is_read_at_once(
    line: tuple[socket.socket, GulpedResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, response = line
    monkeypatch.setattr(gulps, "_READS_PER_SECOND", 1 / gulps._LONGEST_PAUSE_SECONDS)
    theirs.sendall(b"a")
    response.read1(100)
    began = monotonic()

    theirs.sendall(b"bc")
    theirs.sendall(b"def")
    read = response.read1(100)

    assert read == b"bcdef"
    assert monotonic() - began > gulps._LONGEST_PAUSE_SECONDS / 2


def test_a_response_that_is_over_no_longer_counts(
    line: tuple[socket.socket, GulpedResponse],
) -> None:
    theirs, response = line
    counted = len(gulps._open)

    theirs.sendall(b"abcdef")
    response.read()

    assert len(gulps._open) == counted - 1
