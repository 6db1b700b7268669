"""Long text in passages."""

from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from console import passages
from console.passages import LENGTH, Piece

LINES = st.lists(st.sampled_from(["", "a & b", "<i>", "x" * (LENGTH // 2)]), max_size=20)
BEGINS, ENDS = '<div class="aq-passage">', "</div>"


def test_a_short_text_is_not_divided() -> None:
    assert passages.as_html([Piece("a\nb"), Piece("c", "<mark>c</mark>")]) == "a\nb<mark>c</mark>"


@given(LINES)
def test_passages_joined_by_line_ends_are_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)

    html = passages.as_html([Piece(text)])

    inside = html.removeprefix(BEGINS).removesuffix(ENDS)
    assert unescape(inside.replace(ENDS + BEGINS, "\n")) == text


@given(LINES)
def test_a_passage_never_ends_with_a_line_a_browser_would_not_show(lines: list[str]) -> None:
    html = passages.as_html([Piece("\n".join(lines))])

    assert "\n" + ENDS + BEGINS not in html


def test_a_long_text_has_many_passages_and_none_ends_within_a_mark() -> None:
    line = "word " * 20
    marked = Piece("\n".join([line] * 100), "<mark>quoted</mark>")

    html = passages.as_html([Piece("\n".join([line] * 1000)), marked, Piece(f"\n{line}\n{line}")])

    assert 15 < html.count(BEGINS) < 30
    assert all(each.count("<mark>") == each.count("</mark>") for each in html.split(ENDS + BEGINS))


@given(LINES)
def test_groups_of_lines_make_up_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)

    assert "\n".join(passages.cut(text)) == text
