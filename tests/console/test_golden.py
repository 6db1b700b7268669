"""The console reads what the server is known to send: one transcript, both sides of the wire."""

import json
from pathlib import Path

from console import wire
from console.attempts import outcome
from console.board import Board
from console.exercise import pieces
from console.fold import fold
from console.stream import Message
from fakes.api import FakeApi
from fakes.screen import Open, meters

GOLDEN = Path(__file__).parents[1] / "golden" / "run.ndjson"


def told() -> list[Message]:
    lines = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]
    return [Message(line["seq"], line["event"], line["data"]) for line in lines]


def test_every_event_is_understood() -> None:
    unread = [message.name for message in told() if wire.read(message.name, message.data) is None]

    assert unread == []


def test_the_run_ends_with_a_question_after_its_attempts() -> None:
    board = fold(Board(), told())

    assert board.status == "succeeded"
    assert board.final is not None
    assert board.attempt == board.final.total_attempts
    assert board.spent.calls == sum(card.spent.calls for card in board.cards.values())
    assert {card.state for card in board.cards.values()} == {"passed"}


def test_every_attempt_says_what_came_of_it_from_its_evidence() -> None:
    board = fold(Board(), told())

    attempts = range(1, board.attempt + 1)
    outcomes = [
        outcome([card for key, card in board.cards.items() if key[0] == n]) for n in attempts
    ]
    assert all(outcomes)
    assert "the mid-tier one avoided" in outcomes[-1]


def test_every_error_of_the_question_is_found_in_its_line() -> None:
    final = fold(Board(), told()).final
    assert final is not None
    assert final.assessment is not None
    shown = final.assessment

    for number, error in enumerate(shown.errors, start=1):
        line = shown.lines[error.line - 1]
        assert (error.id, number) in [
            (each.text, each.number) for each in pieces(line, shown.errors)
        ]


def test_the_meters_show_what_the_run_says_it_took(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *[(message.name, message.data) for message in told()])

    shown = meters(opened("run-1"))

    board = fold(Board(), told())
    assert board.final is not None
    took = board.final.metadata
    assert took.usage.total == sum(card.spent.usage.total for card in board.cards.values())
    assert (took.usage.total, took.usage.output_tokens, took.model_calls) == (24_111, 5_529, 13)
    assert f"{took.cost_usd:.3f}" == "0.210"
    assert shown == {
        "Elapsed": ("0.5 s", ""),
        "Steps": ("11", ""),
        "Attempt": ("2", "of 3"),
        "Model calls": ("13", ""),
        "Tokens": ("24.1k", "5.5k out"),
        "Cost": ("$0.210", ""),
    }
