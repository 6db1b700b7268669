"""Several generators run at once, told as one."""

import contextvars
import queue
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from aqumen.errors import AqumenError, RunCancelled
from aqumen.events import Pause
from aqumen.models.cancel import Cancel

T = TypeVar("T")
Item = TypeVar("Item")
Part = Callable[[Cancel], Generator[Item, None, T]]
"""Makes a generator, given the switch that stops it."""

_BOUND = 64
"""Items that may wait for the reader; a part that is further ahead waits too."""


def together(
    cancel: Cancel, parts: Sequence[Part[Item, T]], at_once: int
) -> Generator[Item | Pause, None, list[T]]:
    """Run generators in threads, at most `at_once` at a time; yield their items as they come.

    A Pause follows on the last that has come so far.

    Returns their values in the order of `parts`. The first error stops the other parts and is
    raised here when they have ended: nothing goes on after this generator.
    """
    merge = _Merge[Item, T](parts)
    with cancel.child() as scope, ThreadPoolExecutor(at_once, "aqumen-part") as threads:
        try:
            for number in range(len(parts)):
                threads.submit(contextvars.copy_context().run, merge.pump, number, scope)
                merge.running += 1
            yield from merge.items()
        finally:
            scope.throw(RunCancelled())
            merge.drain()
    return merge.values()


class _Merge(Generic[Item, T]):
    """The parts' items on their way to the one reader."""

    def __init__(self, parts: Sequence[Part[Item, T]]) -> None:
        self._parts = parts
        self._queue: queue.Queue[tuple[Item] | None] = queue.Queue(_BOUND)
        self.running = 0
        """Parts that were begun and whose end has not been read."""
        self._values: dict[int, T] = {}
        self._error: BaseException | None = None

    def pump(self, number: int, scope: Cancel) -> None:
        """Run one part to its end, in a thread of its own."""
        try:
            scope.check()
            self._values[number] = self._run(self._parts[number](scope))
        except BaseException as error:  # noqa: BLE001 - carried to the reader's thread, raised there
            self._fail(error, scope)
        finally:
            self._queue.put(None)

    def _run(self, part: Generator[Item, None, T]) -> T:
        while True:
            try:
                item = next(part)
            except StopIteration as end:
                value: T = end.value
                return value
            self._queue.put((item,))

    def _fail(self, error: BaseException, scope: Cancel) -> None:
        """Keep the first error; those of parts that were stopped because of it come later."""
        stop = error if isinstance(error, AqumenError) else RunCancelled()
        if scope.throw(stop) or self._error is None:
            self._error = error

    def items(self) -> Generator[Item | Pause]:
        """Yield until every part has ended."""
        told = False
        while self.running:
            if told and self._queue.empty():
                told = False
                yield Pause()
            boxed = self._queue.get()
            if boxed is None:
                self.running -= 1
            else:
                told = True
                yield boxed[0]

    def drain(self) -> None:
        """Let the parts end when nobody reads any more; they have been told to stop."""
        for _ in self.items():
            pass

    def values(self) -> list[T]:
        """Return the parts' values; raises the first error."""
        if self._error is not None:
            raise self._error
        return [self._values[number] for number in range(len(self._parts))]
