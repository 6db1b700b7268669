"""Answers are received whole by the one thread, and read where they come or at their end."""

import socket
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPException

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.models.bedrock import body as bodies
from aqumen.models.bedrock.received import ReceivedResponse
from aqumen.models.bedrock.receiver import RECEIVER
from fakes.chunked import END, HEAD, KeepingReader, chunk
from fakes.eventually import eventually

Line = tuple[socket.socket, ReceivedResponse]


@contextmanager
def answering(
    theirs: socket.socket,
    ours: socket.socket,
    timeout: float = 5.0,
    reader: KeepingReader | None = None,
    head: bytes = HEAD,
) -> Generator[Line]:
    ours.settimeout(timeout)
    response = ReceivedResponse(ours, method="GET", reader=reader)
    with theirs, ours, closing(response):
        theirs.sendall(head)
        response.begin()
        yield theirs, response


@pytest.fixture
def line() -> Generator[Line]:
    with answering(*socket.socketpair()) as both:
        yield both


@pytest.fixture
def thread() -> Generator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def held_by(response: ReceivedResponse) -> bytes:
    assert response._received is not None
    return bytes(response._received._held)


@contextmanager
def sending(line: socket.socket, body: bytes) -> Generator[None]:
    thread = threading.Thread(target=line.sendall, args=(body,))
    thread.start()
    yield
    thread.join(5.0)


def test_what_is_wanted_is_read_as_it_comes_and_who_waits_is_left_waiting(
    thread: ThreadPoolExecutor,
) -> None:
    reader = KeepingReader(wants=True)
    with answering(*socket.socketpair(), reader=reader) as (theirs, response):
        end = thread.submit(response.read1, 100)
        theirs.sendall(chunk(b"abc"))
        eventually(lambda: reader.came == b"abc")
        theirs.sendall(chunk(b"def"))
        eventually(lambda: reader.came == b"abcdef")
        assert not end.done()

        theirs.sendall(END)

        assert end.result(5.0) == b""


def test_what_nobody_wants_is_read_when_the_answer_is_over(thread: ThreadPoolExecutor) -> None:
    reader = KeepingReader(wants=False)
    with answering(*socket.socketpair(), reader=reader) as (theirs, response):
        end = thread.submit(response.read1, 100)
        theirs.sendall(chunk(b"abc"))
        eventually(lambda: held_by(response) == b"abc")

        theirs.sendall(chunk(b"def") + END)

        assert end.result(5.0) == b""
        assert reader.came == b"abcdef"


def test_who_comes_to_wait_gets_what_there_is_at_once(thread: ThreadPoolExecutor) -> None:
    reader = KeepingReader(wants=False)
    with answering(*socket.socketpair(), reader=reader) as (theirs, response):
        end = thread.submit(response.read1, 100)
        theirs.sendall(chunk(b"abc"))
        eventually(lambda: held_by(response) == b"abc")

        reader.wants = True
        response.hurry()

        eventually(lambda: reader.came == b"abc", seconds=1.0)
        theirs.sendall(END)
        assert end.result(5.0) == b""


class _SlowReader(KeepingReader):
    """Reads until it is told to end."""

    def __init__(self) -> None:
        super().__init__(wants=True)
        self.reading, self.end = threading.Event(), threading.Event()

    def read(self, came: bytes) -> None:
        self.reading.set()
        assert self.end.wait(5.0)
        super().read(came)


def test_who_comes_to_wait_does_not_wait_for_what_is_being_read(thread: ThreadPoolExecutor) -> None:
    reader = _SlowReader()
    with answering(*socket.socketpair(), reader=reader) as (theirs, response):
        end = thread.submit(response.read1, 100)
        theirs.sendall(chunk(b"abc") + END)
        assert reader.reading.wait(5.0)

        response.hurry()  # from the event loop: it would never come back

        assert not end.done()
        reader.end.set()
        assert end.result(5.0) == b""
        assert reader.came == b"abc"


@pytest.mark.parametrize("wants", [False, True])
def test_what_cannot_be_read_is_raised_to_who_waits(wants: bool) -> None:
    reader = KeepingReader(wants=wants)
    with answering(*socket.socketpair(), reader=reader) as (theirs, response):
        theirs.sendall(chunk(b"abc") + chunk(b"!") + END)

        with pytest.raises(ArithmeticError):
            response.read1(100)
        assert RECEIVER.count == 0


def test_what_came_before_an_answer_was_cut_off_is_read() -> None:
    reader = KeepingReader(wants=False)
    with answering(*socket.socketpair(), reader=reader) as (theirs, response):
        theirs.sendall(chunk(b"abc"))
        theirs.shutdown(socket.SHUT_WR)

        with pytest.raises(HTTPException):
            response.read1(100)
        assert reader.came == b"abc"


def test_the_words_of_an_error_are_left_to_who_waits() -> None:
    reader = KeepingReader(wants=True)
    refused = HEAD.replace(b"200 OK", b"429 Slow Down")
    with answering(*socket.socketpair(), reader=reader, head=refused) as (theirs, response):
        theirs.sendall(chunk(b"abc") + END)

        assert response.read() == b"abc"
        assert reader.came == b""


@given(pieces=st.lists(st.binary(min_size=1, max_size=300).filter(lambda each: b"!" not in each)))
def test_nothing_is_lost_on_a_reader_however_it_comes(pieces: list[bytes]) -> None:
    reader = KeepingReader(wants=True)
    with answering(*socket.socketpair(), reader=reader) as (theirs, response):
        for number, piece in enumerate(pieces):
            reader.wants = number % 3 != 2
            theirs.sendall(chunk(piece))
        theirs.sendall(END)

        assert response.read() == b""
        assert reader.came == b"".join(pieces)


@given(pieces=st.lists(st.binary(min_size=1, max_size=300), max_size=20))
def test_nothing_is_lost_however_it_comes(pieces: list[bytes]) -> None:
    with answering(*socket.socketpair()) as (theirs, response):
        for piece in pieces:
            theirs.sendall(chunk(piece))
        theirs.sendall(END)

        assert response.read() == b"".join(pieces)


def test_more_than_may_be_held_is_left_with_the_sender(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, response = line
    monkeypatch.setattr(bodies, "_MOST_HELD", 100_000)
    body = bytes(range(256)) * 8_000

    with sending(theirs, chunk(body) + END):
        eventually(lambda: len(held_by(response)) >= 100_000)
        assert len(held_by(response)) < 100_000 + bodies._RECEIVED_AT_ONCE
        assert response.read() == body


def test_an_answer_longer_than_may_be_held_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = KeepingReader(wants=False)
    monkeypatch.setattr(bodies, "_MOST_HELD", 100_000)
    body = b"0123456789" * 200_000
    with (
        answering(*socket.socketpair(), reader=reader) as (theirs, response),
        sending(theirs, chunk(body) + END),
    ):
        assert response.read1(100) == b""
        assert reader.came == body


def test_silence_is_a_timeout() -> None:
    with (
        answering(*socket.socketpair(), timeout=0.05) as (_, response),
        pytest.raises(TimeoutError),
    ):
        response.read1(100)


def test_silence_after_what_was_read_as_it_came_is_a_timeout(thread: ThreadPoolExecutor) -> None:
    reader = KeepingReader(wants=True)
    with answering(*socket.socketpair(), timeout=0.2, reader=reader) as (theirs, response):
        end = thread.submit(response.read1, 100)
        theirs.sendall(chunk(b"abc"))
        eventually(lambda: reader.came == b"abc")

        with pytest.raises(TimeoutError):
            end.result(5.0)


def test_what_came_before_the_silence_is_read_first() -> None:
    reader = KeepingReader(wants=False)
    with answering(*socket.socketpair(), timeout=0.05, reader=reader) as (theirs, response):
        theirs.sendall(chunk(b"abc"))

        with pytest.raises(TimeoutError):
            response.read1(100)
        assert reader.came == b"abc"


class _HoldsUp:
    """Keeps the one thread busy, as it is in a process that stands still."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.reached, self.over = threading.Event(), threading.Event()

    def fileno(self) -> int:
        return self._sock.fileno()

    def take_in(self) -> None:
        self._sock.recv(1)
        self.reached.set()
        self.over.wait(5.0)


@contextmanager
def receiver_held_up() -> Generator[None]:
    theirs, ours = socket.socketpair()
    with theirs, ours:
        one = _HoldsUp(ours)
        RECEIVER.add(one)
        theirs.send(b"x")
        assert one.reached.wait(5.0)
        try:
            yield
        finally:
            one.over.set()
            RECEIVER.drop(one)


def test_what_came_while_the_process_stood_still_is_no_silence() -> None:
    with (
        answering(*socket.socketpair(), timeout=0.05) as (theirs, response),
        receiver_held_up(),
    ):
        theirs.sendall(chunk(b"abc") + END)

        assert response.read1(100) == b"abc"


def test_a_wait_ends_when_another_thread_shuts_the_socket_down(line: Line) -> None:
    _, response = line
    threading.Timer(0.05, response._sock.shutdown, [socket.SHUT_RD]).start()

    with pytest.raises(HTTPException):
        response.read1(100)


def test_a_connection_goes_on_as_it_was_when_its_answer_is_over(line: Line) -> None:
    theirs, response = line
    sock = response._sock
    during = sock.gettimeout()

    theirs.sendall(END)
    response.read()

    assert (during, sock.gettimeout()) == (0.0, 5.0)
    assert RECEIVER.count == 0


def test_an_answer_that_is_given_up_is_received_no_more(line: Line) -> None:
    theirs, response = line
    theirs.sendall(chunk(b"abc"))
    eventually(lambda: held_by(response) == b"abc")
    assert RECEIVER.count == 1

    response.close()

    assert RECEIVER.count == 0


def test_the_thread_ends_when_there_is_nothing_to_receive(line: Line) -> None:
    theirs, response = line
    theirs.sendall(END)
    response.read()

    eventually(lambda: all(each.name != "aqumen-receiver" for each in threading.enumerate()))
