"""A way to stop a run from another thread, at once."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

from aqumen.errors import AqumenError

Close = Callable[[], None]


class Cancel:
    """A switch that is thrown once, with the error that the stopped work raises.

    Whoever waits for the outside world registers how to be interrupted (`interrupting`) and is
    interrupted by the thread that throws the switch; whoever waits for time waits here (`wait`).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thrown = threading.Event()
        self._closers: list[Close] = []
        self.error: AqumenError | None = None
        """Why the work was stopped; None while it may go on."""

    def throw(self, error: AqumenError) -> bool:
        """Stop the work; returns False if it was stopped before."""
        with self._lock:
            if self.error is not None:
                return False
            self.error = error
            self._thrown.set()
            closers, self._closers = self._closers, []
        for close in closers:
            close()
        return True

    def check(self) -> None:
        """Raise the error if the switch was thrown."""
        if self.error is not None:
            raise self.error

    def wait(self, seconds: float) -> None:
        """Sleep, unless stopped: then raise the error at once."""
        self._thrown.wait(seconds)
        self.check()

    @contextmanager
    def interrupting(self, close: Close) -> Generator[None]:
        """Call `close` from the cancelling thread if the switch is thrown inside the block.

        `close` must not block. Raises the error at once if the switch was thrown already.
        """
        with self._lock:
            if self.error is None:
                self._closers.append(close)
        self.check()
        try:
            yield
        finally:
            with self._lock:
                if close in self._closers:
                    self._closers.remove(close)

    @contextmanager
    def child(self) -> "Generator[Cancel]":
        """A switch thrown with this one, that can be thrown alone."""
        child = Cancel()
        with self.interrupting(lambda: self._pass_on(child)):
            yield child

    def _pass_on(self, child: "Cancel") -> None:
        if self.error is not None:
            child.throw(self.error)
