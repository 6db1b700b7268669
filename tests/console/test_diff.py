"""What texts share and where they differ."""

import time

from hypothesis import given
from hypothesis import strategies as st

from console.diff import Piece, Row, rows

SIZE = 200_000
"""Characters of the longest answers."""

words = st.sampled_from(["cat", "dog", "a", ".", " ", "  ", "\n", "\r\n", "{", "é", "\u2028"])
texts = st.lists(words, max_size=40).map("".join) | st.text(max_size=60)


def side(found: tuple[Row, ...], number: int) -> str:
    return "".join(piece.text for row in found for piece in row.cells[number])


def kept(found: tuple[Row, ...], number: int) -> str:
    pieces = (piece for row in found for piece in row.cells[number])
    return "".join(piece.text for piece in pieces if not piece.changed)


def changed(found: tuple[Row, ...], number: int) -> list[str]:
    return [piece.text for row in found for piece in row.cells[number] if piece.changed]


@given(st.lists(texts, min_size=1, max_size=4))
def test_each_side_is_its_text_to_the_character(several: list[str]) -> None:
    found = rows(several)

    assert [side(found, number) for number in range(len(several))] == several


@given(texts, texts)
def test_what_two_texts_keep_is_the_same_on_both_sides(left: str, right: str) -> None:
    found = rows([left, right])

    assert kept(found, 0) == kept(found, 1)
    assert all(row.same for row in found) == (left == right)


@given(texts, st.integers(2, 4))
def test_equal_texts_are_one_row_without_changes(text: str, number: int) -> None:
    (row,) = rows([text] * number)

    assert row.same


def test_a_word_that_was_changed_is_marked_alone() -> None:
    found = rows(["Set a hard task.\nSay why.\n", "Set a subtle task.\nSay why.\n"])

    assert changed(found, 0) == ["hard"]
    assert changed(found, 1) == ["subtle"]
    assert [row.same for row in found] == [False, True]


def test_changed_words_with_a_blank_between_them_are_one_change() -> None:
    found = rows(["keep red fish now", "keep blue bird now"])

    assert changed(found, 0) == ["red fish"]


def test_lines_that_were_put_in_stand_beside_nothing() -> None:
    found = rows(["one\nthree\n", "one\ntwo\nthree\n"])

    assert [row.cells for row in found if not row.same] == [((), (Piece("two\n", changed=True),))]


def test_equal_lines_stay_side_by_side_in_several_texts() -> None:
    found = rows(["a\nb\nc\n", "a\nx\nb\nc\n", "b\nc\ny\n"])

    together = [row for row in found if row.same]
    assert ["".join(piece.text for piece in row.cells[0]) for row in together] == ["b\nc\n"]


def test_the_first_text_marks_what_any_other_lacks() -> None:
    found = rows(["red green blue", "red green", "green blue"])

    assert "".join(changed(found, 0)).split() == ["red", "blue"]


def test_long_texts_without_a_line_in_common_are_done_in_seconds() -> None:
    left = " ".join(f"mark{at} " + "ab cd " * 50 for at in range(SIZE // 300))
    right = " ".join(f"mark{at} " + "cd ab ab " * 33 for at in range(SIZE // 300))
    began = time.monotonic()

    found = rows([left, right])

    assert time.monotonic() - began < 20
    assert side(found, 1) == right
