"""Whoever is to come again later is told when, by every way to be refused."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from aqumen.errors import (
    AqumenError,
    BudgetSpent,
    Code,
    QueueFailed,
    ServerFull,
    ShuttingDown,
    StoreFailed,
    TooManyOpen,
    TooManyStreams,
    TooOften,
    WorkerLost,
)
from aqumen.events import Failed, Usage
from aqumen.web.problems import ended, refusal, status_of


def in_an_hour() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


@pytest.mark.parametrize(
    ("error", "status", "least", "most"),
    [
        (TooOften(17), 429, 17, 17),
        (TooManyOpen(3), 429, 1, 60),
        (TooManyStreams(3), 429, 1, 60),
        (BudgetSpent(resets_at=in_an_hour()), 429, 3300, 3600),
        (ServerFull(23), 503, 23, 23),
        (ShuttingDown(), 503, 1, 60),
        (StoreFailed(), 503, 1, 60),
        (QueueFailed(), 503, 1, 60),
        (WorkerLost(), 503, 1, 60),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, AqumenError) else "",
)
def test_a_refusal_says_when_to_come_back(
    error: AqumenError, status: int, least: int, most: int
) -> None:
    answer = refusal(error)

    assert answer.status_code == status
    assert least <= int(answer.headers["Retry-After"]) <= most


@pytest.mark.parametrize("code", [code for code in get_args(Code) if status_of(code) in {429, 503}])
def test_so_does_the_answer_to_who_has_waited_for_a_run_that_ended_so(code: Code) -> None:
    resets_at = in_an_hour() if code == "budget_spent" else None
    failed = Failed(
        run_id="run-1",
        code=code,
        error="It ended.",
        retryable=True,
        step_number=1,
        usage=Usage(),
        cost_usd=0.0,
        cost_estimated=False,
        model_calls=0,
        resets_at=resets_at,
    )

    seconds = int(ended(failed).headers["Retry-After"])

    assert 3300 <= seconds <= 3600 if resets_at else 1 <= seconds <= 60
