"""Answers over TLS are received as others are, whatever TLS holds back."""

import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from time import monotonic
from typing import Any

import pytest
import trustme
from urllib3.util.ssltransport import SSLTransport

from aqumen.models.bedrock import body as bodies
from aqumen.models.bedrock.received import ReceivedResponse
from fakes.chunked import END, HEAD, KeepingReader, chunk

Wrap = Callable[[socket.socket, ssl.SSLContext, str], Any]


def _wrapped(sock: socket.socket, context: ssl.SSLContext, host: str) -> ssl.SSLSocket:
    return context.wrap_socket(sock, server_hostname=host)


@contextmanager
def over_tls(sent: bytes, wrap: Wrap = _wrapped) -> Generator[Any]:
    """A line on which the other side sends something, and then waits until ours is closed."""
    authority = trustme.CA()
    server, client = (
        ssl.SSLContext(each) for each in (ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT)
    )
    authority.issue_cert("bedrock.test").configure_cert(server)
    authority.configure_trust(client)
    theirs, ours = socket.socketpair()

    def serve() -> None:
        with suppress(OSError), server.wrap_socket(theirs, server_side=True) as line:
            line.sendall(sent)
            line.recv(1)

    thread = threading.Thread(target=serve)
    thread.start()
    with ours, closing(wrap(ours, client, "bedrock.test")) as line:
        line.settimeout(5.0)
        yield line
    thread.join(5.0)


def test_an_answer_over_tls_is_received_whole() -> None:
    body = b"0123456789" * 50_000
    sent = HEAD + chunk(body[:1000]) + chunk(body[1000:]) + END
    with over_tls(sent) as line, closing(ReceivedResponse(line, method="GET")) as response:
        response.begin()

        assert response.read() == body


def test_what_comes_in_one_tls_record_with_the_headers_is_there_at_once() -> None:
    body = b"0123456789" * 1200  # with the headers more than a buffer, and less than a record
    sent = HEAD + chunk(body) + END
    with over_tls(sent) as line, closing(ReceivedResponse(line, method="GET")) as response:
        began = monotonic()
        response.begin()

        assert response.read() == body
        assert monotonic() - began < 2.5


@pytest.mark.parametrize("wants", [False, True])
def test_a_reader_reads_an_answer_over_tls(wants: bool) -> None:
    body = b"0123456789" * 50_000
    reader = KeepingReader(wants=wants)
    sent = HEAD + chunk(body[:1000]) + chunk(body[1000:]) + END
    with (
        over_tls(sent) as line,
        closing(ReceivedResponse(line, method="GET", reader=reader)) as response,
    ):
        response.begin()

        assert response.read1(100) == b""
        assert reader.came == body


def test_an_answer_over_tls_that_fills_what_may_be_held_with_its_head_is_read_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bodies, "_MOST_HELD", 1000)
    body = b"0123456789" * 5_000
    with (
        over_tls(HEAD + chunk(body) + END) as line,
        closing(ReceivedResponse(line, method="GET")) as response,
    ):
        began = monotonic()
        response.begin()

        assert response.read() == body
        assert monotonic() - began < 2.5


def test_an_answer_over_tls_within_tls_is_read_as_it_comes() -> None:
    with (
        over_tls(HEAD + chunk(b"abc") + END, wrap=SSLTransport) as line,
        closing(ReceivedResponse(line, method="GET")) as response,
    ):
        response.begin()

        assert response.read() == b"abc"
