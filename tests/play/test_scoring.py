"""What a choice comes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.errors import Conflict, InvalidOrder
from aqumen.events import Assessment, Span
from aqumen.play.scoring import Mark, score
from aqumen.play.sheet import Sheet

ODD = "a\N{GRINNING FACE}e\N{COMBINING ACUTE ACCENT}\N{ARABIC LETTER BEH}&\"'*`[$]\\ .;\t"
SPANS = st.text(st.sampled_from(ODD), min_size=8, max_size=40).map(lambda text: f"[{text}]")


def assessment(*lines: str, errors: list[str]) -> Assessment:
    spans = tuple(
        Span(id=each, description=f"wrong: {each}", mistake="A mistake", line=1) for each in errors
    )
    return Assessment(
        title="T",
        difficulty="Beginner",
        content_type="code",
        code=lines,
        content=lines,
        errors=spans,
    )


def all_pieces(sheet: Sheet) -> list[Mark]:
    return [
        Mark(number, *piece) for number, line in enumerate(sheet.lines, 1) for piece in line.pieces
    ]


@st.composite
def sheets(draw: st.DrawFn) -> tuple[Sheet, list[Mark]]:
    errors = draw(st.lists(SPANS, min_size=1, max_size=4, unique=True))
    around = st.text(st.sampled_from(ODD), max_size=30)
    lines = [f"{draw(around)}<<{each}>>{draw(around)}" for each in errors]
    sheet = Sheet.of(assessment(*lines, draw(around), errors=errors))
    return sheet, draw(st.lists(st.sampled_from(all_pieces(sheet)), max_size=20))


@given(sheets())
def test_each_error_is_found_once_or_missed_and_each_choice_is_right_or_a_false_alarm(
    played: tuple[Sheet, list[Mark]],
) -> None:
    sheet, chosen = played

    found = score(sheet, chosen)

    assert sorted((*found.hits, *found.misses), key=lambda flaw: flaw.line) == list(sheet.flaws)
    assert set(found.false_alarms) <= set(chosen)
    assert len(found.hits) <= len(set(chosen)) - len(found.false_alarms)
    assert score(sheet, [*reversed(chosen), *chosen]) == found
    assert score(sheet, found.false_alarms).hits == ()


@given(sheets())
def test_no_line_is_marked_and_each_error_stands_where_it_is_said_to(
    played: tuple[Sheet, list[Mark]],
) -> None:
    sheet, _ = played

    assert not [line for line in sheet.lines if "<<" in line.text or ">>" in line.text]
    for flaw in sheet.flaws:
        assert sheet.lines[flaw.line - 1].text[flaw.start : flaw.end] == flaw.text
    assert score(sheet, all_pieces(sheet)).misses == ()
    assert score(sheet, []).misses == sheet.flaws


def test_a_piece_that_touches_two_errors_finds_both() -> None:
    sheet = Sheet.of(
        assessment("<<0123456789>><<abcdefghij>>", errors=["0123456789", "abcdefghij"])
    )

    assert len(score(sheet, [Mark(1, 0, 20)]).hits) == 2


@pytest.mark.parametrize("mark", [Mark(0, 0, 5), Mark(3, 0, 5), Mark(1, 0, 4), Mark(1, 5, 0)])
def test_what_is_no_piece_is_refused(mark: Mark) -> None:
    sheet = Sheet.of(assessment("one <<two three four>>", "fives", errors=["two three four"]))

    with pytest.raises(InvalidOrder):
        score(sheet, [mark])


@pytest.mark.parametrize(
    ("line", "errors"),
    [("x << <<0123456789>>", ["0123456789"]), ("plain", ["0123456789"]), ("<<abcdefghij>>", [])],
)
def test_an_exercise_whose_marks_would_show_or_mean_nothing_is_not_played(
    line: str, errors: list[str]
) -> None:
    sheet = assessment(line, errors=errors)

    if errors:
        with pytest.raises(Conflict):
            Sheet.of(sheet)
    else:
        assert Sheet.of(sheet).flaws == ()
