"""Counting how often somebody comes."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from aqumen.access.turnstile import Turnstile
from aqumen.errors import TooOften

HOUR = 3600


def test_each_is_counted_apart_and_told_when_to_come_back() -> None:
    turnstile = Turnstile()

    turnstile.pass_through("alice", 1, HOUR)
    turnstile.pass_through("bob", 1, HOUR)

    with pytest.raises(TooOften) as refused:
        turnstile.pass_through("alice", 1, HOUR)
    assert 1 <= refused.value.retry_after_seconds <= 2 * HOUR


def test_those_who_come_first_at_once_are_counted_together() -> None:
    turnstile, ready = Turnstile(), threading.Barrier(8)

    def passed(_number: int) -> bool:
        ready.wait(10)
        try:
            turnstile.pass_through("alice", 1, HOUR)
        except TooOften:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(passed, range(8))) == 1
