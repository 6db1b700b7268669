"""The one thread that receives answers outlives what goes wrong with one of them."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from aqumen.models.bedrock.receiver import Receiver
from fakes.eventually import eventually


class _One:
    """Takes in what comes, or fails to."""

    def __init__(self, sock: socket.socket, *, fails: bool = False) -> None:
        self._sock = sock
        self._fails = fails
        self.came = b""

    def fileno(self) -> int:
        return self._sock.fileno()

    def take_in(self) -> None:
        if self._fails:
            raise MemoryError
        self.came += self._sock.recv(100)


@contextmanager
def received(receiver: Receiver, *, fails: bool = False) -> Generator[_One]:
    """One that something has come for."""
    theirs, ours = socket.socketpair()
    with theirs, ours:
        one = _One(ours, fails=fails)
        theirs.sendall(b"abc")
        receiver.add(one)
        yield one
        receiver.drop(one)


def test_one_that_cannot_be_received_keeps_no_other_from_it() -> None:
    receiver = Receiver()
    with received(receiver) as other:
        with received(receiver, fails=True):
            eventually(lambda: receiver.count == 1)

        eventually(lambda: other.came == b"abc")


def test_where_no_thread_can_be_had_nothing_waits_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_thread(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    receiver = Receiver()
    with monkeypatch.context() as without:
        without.setattr(threading.Thread, "start", no_thread)
        with pytest.raises(RuntimeError), received(receiver):
            pytest.fail("there is no thread")

    assert receiver.count == 0
    with received(receiver) as one:
        eventually(lambda: one.came == b"abc")
