"""What is accepted as an exercise, read by the deployed site's own JavaScript."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aqumen.steps import spans
from aqumen.steps.student_assessment import StudentAssessment
from fakes.javascript import Find, site_parser
from fakes.samples import AIM, QUESTION, SITE, SPAN, VERIFIED, assessment, replied

STEP = StudentAssessment(AIM, QUESTION, VERIFIED)
PIECES = st.sampled_from(
    ["<<", ">>", "<", ">", "\n", "\r", "\u2028", "\U0001f600", "\u0301", "x", SPAN, f"<<{SPAN}>>"]
)
EDITS = st.lists(st.tuples(st.integers(0, 29), st.integers(0, 80), PIECES), max_size=3)
LINES = st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=4).map(tuple)


@pytest.fixture(scope="module")
def find() -> Iterator[Find]:
    with site_parser() as parse:
        yield parse


@settings(max_examples=200)
@given(EDITS)
def test_the_site_finds_each_error_of_an_accepted_exercise_and_nothing_else(
    find: Find, edits: list[tuple[int, int, str]]
) -> None:
    given_ = json.loads(json.dumps(assessment()))
    for line, place, text in edits:
        old = given_["content"][line]
        given_["content"][line] = old[:place] + text + old[place:]

    value = STEP.accept(replied(given_)).value

    if value is not None:
        found = [(n, text) for n, texts in enumerate(find(value.code), 1) for text in texts]
        assert sorted(found) == sorted((error.line, error.id) for error in value.errors)
        assert all(10 <= len(text) <= 120 and not set("<>\n") & set(text) for _, text in found)


@settings(max_examples=200)
@given(LINES)
@example(("<<<a>><b>>", "<<\u2028 and more>>"))
def test_the_expression_finds_in_javascript_what_it_finds_here(
    find: Find, lines: tuple[str, ...]
) -> None:
    assert find(lines) == [SITE.findall(line) for line in lines]
    if not any(spans.stray_markers(lines)):
        ours = [(span.line, span.text) for span in spans.marked(lines)]
        assert ours == [(n, text) for n, texts in enumerate(find(lines), 1) for text in texts]
