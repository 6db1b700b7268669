"""Whose turn it is to write."""

import threading

import pytest

from aqumen.errors import StoreFailed
from aqumen.store.turns import Turns
from fakes.eventually import eventually


def test_only_one_has_the_turn() -> None:
    turns, inside, most = Turns(5.0), [0], [0]

    def write(number: int) -> None:
        for _ in range(50):
            with turns.taken(first=number % 3 == 0):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert not any(thread.is_alive() for thread in threads)
    assert most[0] == 1


def test_who_goes_first_overtakes_all_who_wait() -> None:
    turns, order = Turns(5.0), list[str]()
    waiting = threading.Semaphore(0)

    def write(name: str, first: bool) -> None:
        waiting.release()
        with turns.taken(first=first):
            order.append(name)

    with turns.taken(first=False):
        others = [threading.Thread(target=write, args=(f"other {n}", False)) for n in range(5)]
        for thread in others:
            thread.start()
        eventually(lambda: len(turns._others._waiters) == 5)  # type: ignore[attr-defined]
        urgent = threading.Thread(target=write, args=("first", True))
        urgent.start()
        eventually(lambda: turns._firsts_waiting == 1)

    for thread in (*others, urgent):
        thread.join(5)
    assert order[0] == "first"
    assert len(order) == 6


def test_a_turn_that_does_not_come_is_an_error_and_leaves_the_turn_usable() -> None:
    turns = Turns(0.05)

    with turns.taken(first=False):
        for first in (True, False):
            with pytest.raises(StoreFailed), turns.taken(first=first):
                pass

    with turns.taken(first=True):
        pass
