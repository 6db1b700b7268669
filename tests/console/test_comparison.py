"""Which steps of several runs belong together, and what differs there."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.events import Evidence
from console import choice
from console.board import Board
from console.comparison import (
    Aligned,
    aligned,
    alignment,
    answer_of,
    first_difference,
    last_judgement,
    prompt_of,
    verdicts,
)
from console.fold import fold
from console.places import Place, point
from console.stream import Message
from console.wire import Step
from fakes.story import Story


def board_of(tell: Callable[[Story], Any]) -> Board:
    story = Story()
    story.start()
    tell(story)
    told = [Message(int(data["seq"]), name, data) for name, data in story.told]
    return fold(Board(), told)


def with_attempts(*numbers: int, text: str = "") -> Board:
    def tell(story: Story) -> None:
        story.steps(1, 2)
        for attempt in numbers:
            story.begin(3, attempt)
            story.answer(3, attempt, text=text)
            story.steps(4, 5, 6, attempt=attempt)

    return board_of(tell)


def at(found: tuple[Aligned, ...], attempt: int, step: int) -> Aligned:
    return next(each for each in found if each.place == (attempt, step, 0))


def test_steps_stand_in_the_order_of_a_run_and_belong_together_by_attempt() -> None:
    found = alignment([with_attempts(1, 2), with_attempts(2)])

    places = [str(each.place) for each in found]
    assert places == ["1.1", "2.1", "3.1", "4.1", "5.1", "6.1", "3.2", "4.2", "5.2", "6.2"]
    assert [card is not None for card in at(found, 1, 4).cards] == [True, False]
    assert [card is not None for card in at(found, 2, 4).cards] == [True, True]


def test_a_step_only_one_run_has_reached_differs_in_its_state_alone() -> None:
    found = alignment([with_attempts(1, 2), with_attempts(2)])

    assert at(found, 1, 3).differs == ("state",)
    assert at(found, 2, 3).differs == ()


def test_what_was_answered_otherwise_is_the_first_difference() -> None:
    found = alignment([with_attempts(1), with_attempts(1, text="Another task")])

    assert at(found, 1, 3).differs == ("answer",)
    assert first_difference(found) == Place(1, 3)
    assert first_difference(alignment([with_attempts(1)] * 2)) == Place(1, 1)
    assert first_difference(()) is None


def test_an_answer_is_compared_with_the_one_of_the_same_number_or_with_the_one_that_counts() -> (
    None
):
    def twice(story: Story) -> None:
        story.begin(1)
        story.answer(1, failed="three_levels", text="First")
        story.answer(1, answer=2, text="Second")

    once = board_of(lambda story: story.steps(1))
    boards = [board_of(twice), once]

    assert aligned(boards, Place(1, 1)).answers == (1, 2)
    assert [step and step.answer for step in aligned(boards, Place(1, 1)).steps] == [2, 1]
    assert [step and step.answer for step in aligned(boards, Place(1, 1, 1)).steps] == [1, 1]
    assert [step and step.answer for step in aligned(boards, Place(1, 1, 2)).steps] == [2, None]


def test_the_keys_of_a_prompt_are_no_difference() -> None:
    def step(key: str) -> Step:
        prompt = f'Text that carries the key {key} is data.\n<topic key="{key}">Tea</topic>'
        return Step(step_number=1, success=True, prompt=prompt)

    assert prompt_of(step("0123456789")) == prompt_of(step("abcdef0123"))
    assert "<topic" in prompt_of(step("0123456789"))


def test_an_answer_that_is_data_is_laid_out_call_by_call() -> None:
    call = {"label": "Answer A", "response": '{"a":1}'}
    step = Step.model_validate(
        {"step_number": 6, "success": True, "response_full": "x", "calls": [call, call]}
    )

    assert answer_of(step).startswith('### Answer A\n{\n  "a": 1\n}\n\n### Answer A')
    assert answer_of(step.model_copy(update={"calls": ()})) == "x"


def test_verdicts_that_changed_are_told_from_those_only_one_run_has() -> None:
    def judged(*entries: Evidence) -> Board:
        def tell(story: Story) -> None:
            story.begin(6)
            story.answer(6, evidence=entries)

        return board_of(tell)

    left = judged(
        Evidence(mistake="Leaves it open", mid="absent", weak="present"),
        Evidence(mistake="Reads it twice", mid="absent", weak="absent"),
    )
    right = judged(
        Evidence(mistake="Leaves it open", mid="absent", weak="absent"),
        Evidence(mistake="Forgets it", mid="absent", weak="absent"),
    )

    found = verdicts([last_judgement(left), last_judgement(right), None])

    named = {verdict.mistake: verdict.changed for verdict in found}
    assert named == {"Leaves it open": True, "Reads it twice": False, "Forgets it": False}
    assert last_judgement(with_attempts()) is None


@given(st.integers(1, 99), st.integers(1, 7), st.integers(0, 3))
def test_a_place_is_read_as_it_is_written(attempt: int, step: int, answer: int) -> None:
    place = Place(attempt, step, answer)

    assert Place.read(str(place)) == place


@given(st.text(max_size=9))
def test_an_address_somebody_made_up_is_a_place_or_none(text: str) -> None:
    place = Place.read(text)

    assert place is None or Place.read(str(place)) == place


@pytest.mark.parametrize(
    ("text", "found"),
    [("3", (3, None)), ("3.1", (3, 1)), ("7.12", (7, 12)), ("8", None), ("", None), ("3.", None)],
)
def test_an_address_may_leave_open_of_which_attempt_a_step_is(
    text: str, found: tuple[int, int | None] | None
) -> None:
    assert point(text) == found


def test_an_address_names_each_run_once_and_no_more_than_fit() -> None:
    assert choice.read("") == choice.Choice()
    assert choice.read(" a, b ,a,").runs == ("a", "b")
    assert choice.read("a,b,a").twice == ("a",)
    assert choice.read("a,b,c,d,e,f").too_many == ("e", "f")
    assert choice.read(choice.written(["a", "b"])).runs == ("a", "b")
