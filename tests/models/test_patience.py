"""Waits grow, with jitter, and retries have a budget."""

import threading

from aqumen import errors
from aqumen.models.patience import Patience, RetryBudget


def test_a_budget_is_spent_once_by_many_threads() -> None:
    budget = RetryBudget(100)
    spent: list[bool] = []

    def work() -> None:
        spent.extend(budget.spend() for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert (spent.count(True), spent.count(False)) == (100, 100)


def test_waits_grow_with_full_jitter_up_to_the_cap_and_honour_what_is_asked() -> None:
    patience, plain, later = Patience(), errors.ModelThrottled(), errors.ModelThrottled()
    later.retry_after_seconds = 5.0

    first = [patience.wait_seconds(1, plain) for _ in range(200)]
    tenth = [patience.wait_seconds(10, plain) for _ in range(200)]
    asked = [patience.wait_seconds(1, later) for _ in range(200)]
    later.retry_after_seconds = 5000.0

    assert 0 <= min(first) < 0.2
    assert 0.8 < max(first) <= 1
    assert 16 < max(tenth) <= 20
    assert 5 <= min(asked) <= max(asked) <= 6
    assert patience.wait_seconds(1, later) <= 61
