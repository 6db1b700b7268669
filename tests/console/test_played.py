"""An exercise line by line: parts lose nothing, and nothing of a model's is markup."""

from hypothesis import given
from hypothesis import strategies as st

from console.played import choices, results_html
from console.replies import Exercise, Line, Piece, Place, Scored

TEXT = st.text(st.sampled_from("<>&\"'ab \N{GRINNING FACE}"), min_size=3, max_size=20)


@given(TEXT, st.integers(0, 2), st.sampled_from(["code", "prose"]))
def test_a_lines_parts_are_the_line(text: str, start: int, kind: str) -> None:
    pieces = (Piece(start=start, end=len(text)),)
    sheet = Exercise(content_type=kind, lines=(Line(number=1, text=text, pieces=pieces),))

    shown = choices(sheet)

    parts = shown["lines"][0]["parts"]
    assert "".join(part["text"] for part in parts) == text
    assert parts[-1]["at"] == {"line": 1, "start": start, "end": len(text)}
    assert shown["numbered"] == (kind == "code")


@given(TEXT, TEXT)
def test_results_hold_no_markup_of_others(text: str, said: str) -> None:
    place = Place(line=1, start=0, end=2, explanation=said, mistake=said)
    alarm = Place(line=1, start=2, end=3, explanation=said)
    sheet = Exercise(lines=(Line(number=1, text=text),))

    html = results_html(sheet, Scored(hits=(place,), false_alarms=(alarm,)))

    for foreign in ("&lt;", "&gt;"):
        html = html.replace(foreign, "")
    assert html.count("<mark") == html.count("</mark>") == 2
    assert html.count("<p ") == html.count("</p>") == 2
    assert html.count("<") == html.count(">") == 22
