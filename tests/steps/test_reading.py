import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqumen.models.request import Reply
from aqumen.steps.answer_question import AnswerQuestion
from aqumen.steps.contract import StepKind
from aqumen.steps.difficulty_categories import DifficultyCategories
from aqumen.steps.error_catalog import ErrorCatalog
from aqumen.steps.judgement import Judgement
from aqumen.steps.strategic_question import StrategicQuestion
from aqumen.steps.student_assessment import StudentAssessment
from fakes.samples import (
    AIM,
    ANSWER,
    CATALOG,
    QUESTION,
    TEXT,
    VERIFIED,
    assessment,
    categories,
    errors,
    findings,
    question,
    replied,
    wrote,
)

THROUGH_TOOLS: list[tuple[StepKind[Any], Any]] = [
    (DifficultyCategories(AIM.topic), categories()),
    (ErrorCatalog(AIM), errors()),
    (StrategicQuestion(AIM, CATALOG), question()),
    (Judgement(AIM.topic, QUESTION, ANSWER, CATALOG), findings(e0="yes")),
    (StudentAssessment(AIM, QUESTION, VERIFIED), assessment()),
]
IN_TEXT = AnswerQuestion(AIM.topic, QUESTION)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def _failed(kind: StepKind[Any], reply: Reply) -> list[str]:
    outcome = kind.accept(reply)
    assert outcome.accepted == all(check.passed for check in outcome.checks)
    assert all(bool(check.detail) != check.passed for check in outcome.checks)
    return [check.name for check in outcome.checks if not check.passed]


@pytest.mark.parametrize(("kind", "good"), THROUGH_TOOLS)
def test_good_answers_are_accepted(kind: StepKind[Any], good: Any) -> None:
    assert _failed(kind, replied(good)) == []


@pytest.mark.parametrize(("kind", "good"), THROUGH_TOOLS)
def test_an_answer_cut_off_at_its_limit_is_named_so(kind: StepKind[Any], good: Any) -> None:
    assert _failed(kind, replied(good, stop_reason="max_tokens")) == ["not_truncated"]
    assert _failed(kind, replied(None, stop_reason="max_tokens")) == ["not_truncated", "used_tool"]
    assert _failed(IN_TEXT, wrote(TEXT, stop_reason="max_tokens")) == ["not_truncated"]


@pytest.mark.parametrize(
    "reason",
    [
        "content_filtered",
        "guardrail_intervened",
        "refusal",
        "malformed_tool_use",
        "malformed_model_output",
        "model_context_window_exceeded",
        "something_new",
    ],
)
def test_answers_that_did_not_come_to_their_own_end_are_not_complete(reason: str) -> None:
    kind, good = THROUGH_TOOLS[0]

    assert _failed(kind, replied(good, stop_reason=reason)) == ["complete"]
    assert _failed(IN_TEXT, wrote(TEXT, stop_reason=reason)) == ["complete"]


@pytest.mark.parametrize(("kind", "good"), THROUGH_TOOLS)
def test_an_answer_beside_the_tool_is_rejected_even_if_it_is_right(
    kind: StepKind[Any], good: Any
) -> None:
    assert _failed(kind, wrote(json.dumps(good))) == ["used_tool"]


@pytest.mark.parametrize(("kind", "good"), THROUGH_TOOLS)
def test_a_missing_field_is_told_by_its_name(kind: StepKind[Any], good: Any) -> None:
    field = next(name for name in good if name != "difficulty")
    rest = {name: value for name, value in good.items() if name != field}

    outcome = kind.accept(replied(rest))

    assert outcome.checks[-1].name == "shape"
    assert outcome.checks[-1].detail == f"`{field}` is missing."


def test_a_wrong_word_in_a_list_is_told_with_its_place_and_the_right_words() -> None:
    given = errors()
    given["errors"][2]["impact"] = "Huge"
    given["errors"][3]["likelihood_weak_makes"] = 1.5

    outcome = ErrorCatalog(AIM).accept(replied(given))

    assert outcome.checks[-1].detail == (
        "`errors[2].impact` should be 'Minor', 'Moderate' or 'Major'. "
        "`errors[3].likelihood_weak_makes` should be less than or equal to 1."
    )


def test_wrong_kinds_of_values_are_told_in_plain_words() -> None:
    outcome = ErrorCatalog(AIM).accept(replied({"errors": "none"}))
    nested = ErrorCatalog(AIM).accept(replied({"errors": ["none"]}))

    assert outcome.checks[-1].detail == "`errors` should be a list."
    assert nested.checks[-1].detail == "`errors[0]` should be an object."


def test_many_problems_of_one_kind_are_told_as_a_few() -> None:
    outcome = ErrorCatalog(AIM).accept(replied({"errors": [{}] * 500}))

    assert outcome.checks[-1].detail.endswith("There are more of this kind.")
    assert len(outcome.checks[-1].detail) < 1000


@given(st.dictionaries(st.text(), JSON, max_size=5), st.sampled_from(["tool_use", "max_tokens"]))
def test_no_tool_input_makes_a_step_fail(given: dict[str, Any], reason: str) -> None:
    for kind, _ in THROUGH_TOOLS:
        _failed(kind, Reply("", given, reason, wrote("").usage, 0.0, None))


@settings(max_examples=200)
@given(st.data())
def test_no_change_to_a_good_answer_makes_a_step_fail(data: st.DataObject) -> None:
    kind, good = data.draw(st.sampled_from(THROUGH_TOOLS))

    changed = _changed(json.loads(json.dumps(good)), data)

    _failed(kind, Reply("", changed, "tool_use", wrote("").usage, 0.0, None))


def _changed(value: Any, data: st.DataObject) -> Any:
    """Replace one thing somewhere inside."""
    if isinstance(value, dict) and value:
        name = data.draw(st.sampled_from(sorted(value)))
        return {**value, name: _changed(value[name], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], _changed(value[place], data), *value[place + 1 :]]
    return data.draw(JSON)


@given(st.text(st.characters(exclude_categories=[])))
def test_no_text_makes_the_plain_step_fail(text: str) -> None:
    _failed(IN_TEXT, wrote(text))
    _failed(IN_TEXT, wrote(f"### OUTPUT\n{text}\n### RATIONALE\n{text}\n### CONSIDERATIONS\n"))
