"""Threads that come together take turns at the processor, in the order of coming."""

import threading

import pytest

from aqumen.errors import RunCancelled
from aqumen.models.cancel import Cancel
from aqumen.models.processor import Processor
from fakes.eventually import eventually

SECONDS = 10.0


def test_turns_are_given_in_the_order_of_coming() -> None:
    processor, order = Processor(SECONDS), list[int]()
    with processor.turn(Cancel()):
        threads = [waiting(processor, order, number) for number in range(8)]
    for thread in threads:
        thread.join(SECONDS)

    assert order == list(range(8))


def test_only_one_thread_at_a_time_has_the_turn() -> None:
    processor, inside, most = Processor(SECONDS), [0], [0]

    def work() -> None:
        for _ in range(50):
            with processor.turn(Cancel()):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)

    assert most == [1]


def test_a_thread_that_is_about_to_wait_passes_its_turn_on_once() -> None:
    processor, order = Processor(SECONDS), list[int]()
    with processor.turn(Cancel()):
        thread = waiting(processor, order, 1)
        processor.pass_on()
        thread.join(SECONDS)
        with processor.turn(Cancel()):
            # Not this thread's first turn, which is gone, but one of its own.
            assert order == [1]
    assert_free(processor)


def test_a_turn_that_does_not_come_is_not_waited_for() -> None:
    processor, order = Processor(0.01), list[int]()
    with processor.turn(Cancel()):
        waiting(processor, order, 1).join(SECONDS)

        assert order == [1]
    assert_free(processor)


def test_a_cancel_ends_the_wait_for_a_turn() -> None:
    processor, order, cancel = Processor(SECONDS), list[int](), Cancel()
    with processor.turn(Cancel()):
        thread = waiting(processor, order, 1, cancel)
        cancel.throw(RunCancelled())
        thread.join(SECONDS)

        assert order == [1]
        # One that is cancelled before it comes does not wait either.
        waiting(processor, order, 2, cancel).join(SECONDS)
        assert order == [1, 2]
    assert_free(processor)


def test_an_error_gives_the_turn_back() -> None:
    processor = Processor(SECONDS)
    with pytest.raises(ValueError, match="broken"), processor.turn(Cancel()):
        raise ValueError("broken")

    assert_free(processor)


def waiting(
    processor: Processor, order: list[int], number: int, cancel: Cancel | None = None
) -> threading.Thread:
    """Start a thread that notes its number in its turn; return when it waits or is done."""

    def work() -> None:
        with processor.turn(cancel or Cancel()):
            order.append(number)

    before = len(processor._waiting)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    eventually(lambda: len(processor._waiting) > before or bool(order))
    return thread


def assert_free(processor: Processor) -> None:
    assert not processor._waiting
    assert processor._free
