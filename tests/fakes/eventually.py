"""Wait for a condition instead of a time."""

import time
from collections.abc import Callable

import pytest


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Return once the condition holds; fail the test if it does not within the limit."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"still not so after {seconds} s")
        time.sleep(0.005)


def early_in_a_minute() -> None:
    """Return with twenty seconds left of the minute: the next one is a new window to who counts."""
    eventually(lambda: time.time() % 60 < 40, 30)
