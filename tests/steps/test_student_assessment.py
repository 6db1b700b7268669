import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqumen.events import Assessment, Check
from aqumen.steps.student_assessment import StudentAssessment
from fakes.samples import AIM, CATALOG, QUESTION, SITE, SPAN, VERIFIED, assessment, replied

STEP = StudentAssessment(AIM, QUESTION, VERIFIED)


def _failed(given: Any) -> dict[str, Check]:
    return {check.name: check for check in STEP.accept(replied(given)).checks if not check.passed}


def _with(**fields: Any) -> Any:
    return {**assessment(), **fields}


def _with_line(place: int, line: str) -> Any:
    given = assessment()
    given["content"][place] = line
    return given


def _with_error(**fields: str) -> Any:
    given = assessment()
    given["errors"][0].update(fields)
    return given


def _accepted(given: Any) -> Assessment:
    value = STEP.accept(replied(given)).value
    assert value is not None
    return value


def test_the_exercise_comes_with_the_line_of_each_error() -> None:
    exercise = _accepted(assessment())

    assert exercise.code == exercise.content == tuple(assessment()["content"])
    assert exercise.errors[0].id == SPAN
    assert exercise.errors[0].line == 8
    assert exercise.errors[0].mistake == CATALOG[0].mistake


def test_the_difficulty_is_the_aim_s_whatever_the_model_says() -> None:
    assert _accepted(_with(difficulty="Trivial")).difficulty == "Advanced"


def test_a_name_written_a_little_differently_becomes_the_catalog_s() -> None:
    exercise = _accepted(_with_error(mistake=f"1. {CATALOG[0].mistake.lower()}."))

    assert exercise.errors[0].mistake == CATALOG[0].mistake


def test_markers_written_with_the_id_and_line_ends_written_with_lines_are_taken_off() -> None:
    given = _with_error(id=f"<<{SPAN}>>")
    given["content"] = [f"{line}\r\n" for line in given["content"]]

    exercise = _accepted(given)

    assert exercise.errors[0].id == SPAN
    assert exercise.code == tuple(assessment()["content"])


@pytest.mark.parametrize("count", [0, 23, 61])
def test_there_are_24_to_60_lines(count: int) -> None:
    lines = [f"<<{SPAN}>>", *(f"step_{n}()" for n in range(count))][:count]

    assert "line_count" in _failed(_with(content=lines))


@pytest.mark.parametrize("count", [24, 60])
def test_the_least_and_the_most_lines_are_accepted(count: int) -> None:
    lines = [f"<<{SPAN}>>", *(f"step_{n}()" for n in range(count - 1))]

    assert not _failed(_with(content=lines))


def test_there_are_one_to_five_errors() -> None:
    assert "errors_count" in _failed(_with(errors=[]))
    assert "errors_count" in _failed(_with(errors=assessment()["errors"] * 6))


@pytest.mark.parametrize("line", ["two\nlines", "a\x0bb", "a\u2028b", "nul\x00"])
def test_a_line_is_one_line(line: str) -> None:
    assert set(_failed(_with_line(3, line))) == {"one_line_each"}


def test_tabs_are_no_control_characters() -> None:
    assert not _failed(_with_line(3, "\tindented"))


@pytest.mark.parametrize("line", ["x = y << 3", "vector<vector<int>> rows", "cat <<EOF"])
def test_operators_that_look_like_markers_are_rejected(line: str) -> None:
    assert set(_failed(_with_line(3, line))) == {"no_stray_markers"}


def test_an_id_that_is_no_span_is_rejected_and_so_is_the_span_without_error() -> None:
    failed = _failed(_with_error(id=SPAN.upper()))

    assert set(failed) == {"ids_are_spans", "spans_explained"}


def test_a_span_with_two_errors_is_rejected() -> None:
    assert set(_failed(_with(errors=assessment()["errors"] * 2))) == {"spans_explained"}


def test_a_marked_text_stands_once_only() -> None:
    assert set(_failed(_with_line(3, SPAN))) == {"spans_unique"}


@pytest.mark.parametrize("span", ["\u200b" * 12, "\u2800" * 12, "row = \u202e select", "=" * 12])
def test_a_span_is_something_that_students_can_read(span: str) -> None:
    given = _with_line(7, f"<<{span}>>")
    given["errors"][0]["id"] = span

    assert set(_failed(given)) == {"spans_well_formed"}


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "!", "balance locking row " * 8, "balance\x1b[31m row"]
)
def test_a_description_is_one_to_150_characters_of_readable_words(text: str) -> None:
    assert "descriptions_short" in _failed(_with_error(description=text))


def test_an_error_names_a_mistake_that_was_really_made() -> None:
    failed = _failed(_with_error(mistake=CATALOG[5].mistake))

    assert set(failed) == {"mistakes_verified"}
    assert CATALOG[0].mistake in failed["mistakes_verified"].detail


@pytest.mark.parametrize(
    ("span", "description", "failed"),
    [
        ("frobnicate(everything)", "This is just incorrect.", {"mistakes_shown"}),
        # One word in either: neither shares two.
        ("frobnicate(balance)", "The sender is just incorrect.", {"mistakes_shown"}),
        ("frobnicate(balance, sender)", "This is just incorrect.", set()),
        ("frobnicate(everything)", "The balance of the sender is incorrect.", set()),
    ],
)
def test_an_error_has_to_do_with_the_mistake_it_names(
    span: str, description: str, failed: set[str]
) -> None:
    given = _with_line(7, f"<<{span}>>")
    given["errors"][0].update(id=span, description=description)

    assert set(_failed(given)) == failed


@pytest.mark.parametrize(
    "line", ["x = 1  # BUG: no lock", "y = 2  // wrong order", "z  # intentional mistake here"]
)
def test_nothing_gives_the_mistake_away(line: str) -> None:
    assert set(_failed(_with_line(3, line))) == {"nothing_given_away"}


def test_ordinary_comments_give_nothing_away() -> None:
    assert not _failed(_with_line(3, "x = 1  # error handling comes later, -- errors are logged"))


@pytest.mark.parametrize("title", ["", "x" * 121, "two\nlines"])
def test_the_title_is_one_line(title: str) -> None:
    assert set(_failed(_with(title=title))) == {"title_usable"}


_EDITS = st.lists(
    st.tuples(
        st.integers(0, 29),
        st.integers(0, 80),
        st.sampled_from(
            ["<<", ">>", "<", ">", "\n", "x", SPAN, f"<<{SPAN}>>", "<<second_span()>>"]
        ),
    ),
    max_size=3,
)


@settings(max_examples=300)
@given(_EDITS)
def test_what_is_accepted_is_what_the_site_can_show(edits: list[tuple[int, int, str]]) -> None:
    given = json.loads(json.dumps(assessment()))
    for line, place, text in edits:
        old = given["content"][line]
        given["content"][line] = old[:place] + text + old[place:]

    value = STEP.accept(replied(given)).value

    if value is not None:
        found = [(n, text) for n, line in enumerate(value.code, 1) for text in SITE.findall(line)]
        assert sorted(found) == sorted((error.line, error.id) for error in value.errors)
        assert "\n".join(value.code).replace("<<", "").replace(">>", "").count(SPAN) == 1
        assert all("\n" not in line for line in value.code)
