"""Several generators at once."""

import threading
from collections.abc import Generator

import pytest

from aqumen.errors import AccessDenied, RunCancelled
from aqumen.events import Pause
from aqumen.models.cancel import Cancel
from aqumen.pipeline.together import together


def counting(name: str, count: int, result: str):  # type: ignore[no-untyped-def]
    def part(_cancel: Cancel) -> Generator[str, None, str]:
        for number in range(count):
            yield f"{name}{number}"
        return result

    return part


def drained(generator: Generator[str | Pause, None, list[str]]) -> tuple[list[str], list[str]]:
    items = []
    while True:
        try:
            item = next(generator)
            if not isinstance(item, Pause):
                items.append(item)
        except StopIteration as end:
            return items, end.value


def test_values_come_in_the_order_of_the_parts() -> None:
    items, values = drained(together(Cancel(), [counting("a", 3, "A"), counting("b", 2, "B")], 2))

    assert values == ["A", "B"]
    assert sorted(items) == ["a0", "a1", "a2", "b0", "b1"]
    assert [item for item in items if item[0] == "a"] == ["a0", "a1", "a2"]


def test_parts_really_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=30)

    def part(_cancel: Cancel) -> Generator[str, None, str]:
        meeting.wait()
        yield "met"
        return "ok"

    _, values = drained(together(Cancel(), [part, part], 2))

    assert values == ["ok", "ok"]


def test_no_more_parts_run_at_once_than_allowed() -> None:
    running, most, lock = [0], [0], threading.Lock()

    def part(_cancel: Cancel) -> Generator[str, None, str]:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        yield "here"
        with lock:
            running[0] -= 1
        return "ok"

    drained(together(Cancel(), [part] * 6, 2))

    assert most[0] <= 2


def test_the_first_error_stops_the_others_and_is_raised() -> None:
    stopped, waiting = threading.Event(), threading.Event()

    def fails(_cancel: Cancel) -> Generator[str, None, str]:
        yield "begun"
        waiting.wait(5)
        raise AccessDenied

    def waits(cancel: Cancel) -> Generator[str, None, str]:
        yield "begun"
        waiting.set()
        try:
            cancel.wait(10)
        except AccessDenied:
            stopped.set()
            raise
        return "never"

    with pytest.raises(AccessDenied):
        drained(together(Cancel(), [fails, waits], 2))

    assert stopped.is_set()


def test_a_reader_that_leaves_ends_every_part() -> None:
    ended = threading.Event()

    def endless(cancel: Cancel) -> Generator[str, None, str]:
        try:
            while True:
                cancel.check()
                yield "more"
        finally:
            ended.set()

    generator = together(Cancel(), [endless, endless], 2)
    next(generator)

    generator.close()

    assert ended.is_set()


def test_stopping_the_run_stops_the_parts() -> None:
    cancel = Cancel()

    def waits(scope: Cancel) -> Generator[str, None, str]:
        yield "begun"
        scope.wait(10)
        return "never"

    generator = together(cancel, [waits], 1)
    next(generator)
    cancel.throw(RunCancelled())

    with pytest.raises(RunCancelled):
        drained(generator)


def test_an_unexpected_error_is_raised_too() -> None:
    def breaks(_cancel: Cancel) -> Generator[str, None, str]:
        yield "begun"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        drained(together(Cancel(), [breaks], 1))
