"""Answers taken apart for reading."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.answers import Code, Heading, Listing, Prose, Table, blocks, written
from console.parts import Assessment
from console.wire import Step

GOLDEN = Path(__file__).parents[1] / "golden" / "run.ndjson"


def golden(number: int) -> Step:
    lines = (json.loads(line)["data"] for line in GOLDEN.read_text("utf-8").splitlines())
    return next(
        Step.model_validate(data)
        for data in lines
        if data.get("type") == "step" and data["step_number"] == number
    )


@pytest.mark.parametrize(
    ("number", "kinds"),
    [
        (1, [Table]),
        (2, [Table]),
        (3, [Heading, Prose, Heading, Prose, Heading, Listing, Heading, Listing]),
        (6, [Heading, Table, Heading, Table]),
        (7, [Assessment]),
    ],
)
def test_the_answer_of_a_tool_has_the_form_of_its_step(number: int, kinds: list[type]) -> None:
    assert [type(block) for block in blocks(golden(number))] == kinds


def test_an_answer_in_words_keeps_its_headings_code_and_tables() -> None:
    text = "### OUTPUT\n```SQL\nSELECT 1;\n```\nso\nit is\n\n| a | b |\n| --- | --- |\n| 1 | <b> |"

    assert tuple(written(text)) == (
        Heading("OUTPUT"),
        Code("SELECT 1;", "sql"),
        Prose("so\nit is"),
        Table(("a", "b"), (("1", "<b>"),)),
    )


def test_a_fence_that_is_never_closed_goes_to_the_end() -> None:
    assert tuple(written("~~~~\n~~~\nx")) == (Code("~~~\nx"),)


@pytest.mark.parametrize("told", ["", "{", "[]", '{"errors": 3}', '{"errors": ["x"]}', "null"])
def test_an_answer_without_that_form_has_no_blocks(told: str) -> None:
    answer: dict[str, Any] = {"step_number": 2, "success": False, "response_full": told}

    assert blocks(Step.model_validate(answer)) == ()
