"""Quotes marked where they stand."""

from console.marking import Stretch, marked
from console.parts import Quote

TEXT = "open(path) and open(path) again"


def test_a_quote_is_marked_where_it_says_it_stands() -> None:
    assert marked(TEXT, [None, Quote(start=15, end=25, text="open(path)")]) == (
        Stretch("open(path) and "),
        Stretch("open(path)", (2,)),
        Stretch(" again"),
    )


def test_a_quote_whose_place_is_not_told_is_marked_where_its_words_stand_first() -> None:
    first, *_ = marked(TEXT, [Quote(text="open(path)")])

    assert first == Stretch("open(path)", (1,))


def test_words_that_are_not_there_mark_nothing() -> None:
    assert marked(TEXT, [Quote(start=0, end=5, text="close")]) == (Stretch(TEXT),)
    assert marked("", [Quote(text="close")]) == ()


def test_quotes_may_overlap() -> None:
    stretches = marked("abcdef", [Quote(text="abcd"), Quote(text="cdef")])

    assert [(each.text, each.numbers) for each in stretches] == [
        ("ab", (1,)), ("cd", (1, 2)), ("ef", (2,))
    ]  # fmt: skip
