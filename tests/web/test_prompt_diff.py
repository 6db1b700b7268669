"""What one text changed in another, and how long it takes to find out."""

import re
import time

from hypothesis import given
from hypothesis import strategies as st

from aqumen.web.prompt_diff import MOST_CELLS, unified

NAMES = ("version 1", "version 2")
MANY = 11_000
SWAPPED = [line for at in range(0, MANY, 2) for line in (f"{at + 1:x}", f"{at:x}")]
"""Every two lines have changed places, which difflib takes the best part of a minute to find."""


def test_the_same_text_changes_nothing() -> None:
    for text in ("", "a\nb\n", "line\n" * MANY):
        assert unified(text, text, NAMES) == ""


def test_a_line_that_changed_is_told_with_what_stands_around_it() -> None:
    assert unified("a\nb\nc", "a\nB\nc", NAMES).split("\n") == [
        "--- version 1",
        "+++ version 2",
        "@@ -1,3 +1,3 @@",
        " a",
        "-b",
        "+B",
        " c",
    ]


def test_texts_of_ever_so_many_lines_are_compared_in_no_time() -> None:
    before = "\n".join(f"{at:x}" for at in range(MANY))
    began = time.process_time()

    changed = unified(before, "\n".join(SWAPPED), NAMES)

    assert time.process_time() - began < 2
    assert changed.count("\n-") == changed.count("\n+") - 1 == MANY


def applied(lines: list[str], diff: str) -> list[str]:
    """Return the lines as a diff of one place changes them."""
    place = re.search(r"^@@ -(\d+),(\d+) \+\d+,(\d+) @@$", diff, re.MULTILINE)
    if place is None:
        return lines
    first, out, into = map(int, place.groups())
    at = first - 1 if out else first
    told = diff[place.end() + 1 :].split("\n")
    assert told[:out] == [f"-{line}" for line in lines[at : at + out]]
    new = [line.removeprefix("+") for line in told[out : out + into]]
    return [*lines[:at], *new, *lines[at + out :]]


@given(
    st.integers(0, 600),
    st.integers(0, 600),
    st.lists(st.sampled_from(["new", "line 3"]), max_size=3),
)
def test_the_diff_of_long_texts_makes_one_of_the_other(
    one: int, other: int, instead: list[str]
) -> None:
    lines = [f"line {at}" for at in range(600)]
    changed = [*lines[: min(one, other)], *instead, *lines[max(one, other) :]]

    assert len(lines) * len(lines) > MOST_CELLS
    if len(lines) * len(changed) > MOST_CELLS:
        diff = unified("\n".join(lines), "\n".join(changed), NAMES)
        assert applied(lines, diff) == changed
