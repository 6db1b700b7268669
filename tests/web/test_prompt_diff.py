"""What one text changed in another, and how long it takes to find out."""

import asyncio
import re
import threading
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from aqumen.assemble import server
from aqumen.settings import Settings
from aqumen.web.parts import Parts
from aqumen.web.prompt_diff import MOST_STEPS, steps, unified
from fakes.eventually import eventually
from fakes.sqlite import with_tables

NAMES = ("version 1", "version 2")
MANY = 11_000
SWAPPED = [line for at in range(0, MANY, 2) for line in (f"{at + 1:x}", f"{at:x}")]
"""Every two lines have changed places, which difflib takes the best part of a minute to find."""
EVERY_OTHER = [line for at in range(628) for line in ("x", f"{at}")]
"""Against many times the same line: few lines, and so many equal pairs that it takes seconds."""
DIFF = "/api/prompts/difficulty_categories/diff?before=0&after=0"


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


def test_small_edits_of_a_long_text_are_told_as_what_they_are() -> None:
    before = [f"{at}" for at in range(MANY)]
    after = [*before[:5000], "new", *before[5000:5010], *before[5011:]]

    told = unified("\n".join(before), "\n".join(after), NAMES).split("\n")

    assert told[2:] == [
        "@@ -4998,6 +4998,7 @@",
        *(f" {at}" for at in range(4997, 5000)),
        "+new",
        *(f" {at}" for at in range(5000, 5003)),
        "@@ -5008,7 +5009,6 @@",
        *(f" {at}" for at in range(5007, 5010)),
        "-5010",
        *(f" {at}" for at in range(5011, 5014)),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [([f"{at:x}" for at in range(MANY)], SWAPPED), (EVERY_OTHER, ["x"] * 199)],
    ids=["many lines", "many pairs"],
)
def test_what_would_take_long_to_compare_is_told_as_replaced(
    before: list[str], after: list[str]
) -> None:
    told = unified("\n".join(before), "\n".join(after), NAMES)

    assert steps(before, after) > MOST_STEPS
    assert len(re.findall("^@@", told, re.MULTILINE)) == 1
    assert applied(before, told) == after
    assert told.count("\n ") <= 6
    assert told.count("\n-") >= len(before) - 6


LINES = st.lists(st.sampled_from("abcx"), max_size=30)


@settings(max_examples=40)
@given(LINES, LINES, st.booleans())
def test_the_steps_that_are_expected_are_never_fewer_than_are_taken(
    before: list[str], after: list[str], long: bool
) -> None:
    others = [*map(str, range(200 if long else 0))]
    """With so many, difflib leaves out what is said often."""
    before, after = ([*lines, *others, *lines] for lines in (before, after[::-1]))
    taken = 0

    class Counted(list[int]):
        """The places of a line, which difflib looks at one by one."""

        def __iter__(self):  # type: ignore[no-untyped-def]
            nonlocal taken
            for place in super().__iter__():
                taken += 1
                yield place

    matcher: Any = SequenceMatcher(None, before, after)
    matcher.b2j = {line: Counted(places) for line, places in matcher.b2j.items()}
    matcher.get_matching_blocks()

    assert taken <= steps(before, after)


def applied(lines: list[str], diff: str) -> list[str]:
    """Return the lines as a diff changes them, which has to fit them."""
    new: list[str] = []
    at = 0
    for told in re.split(r"^@@ ", diff, flags=re.MULTILINE)[1:]:
        place, *changes = told.removesuffix("\n").split("\n")
        first, out, instead, into = map(int, re.findall(r"\d+", place))
        begin = first - 1 if out else first
        new += lines[at:begin]
        assert len(new) == (instead - 1 if into else instead)
        old = [line[1:] for line in changes if line[0] in " -"]
        at = begin + len(old)
        assert (len(old), old) == (out, lines[begin:at])
        new += [line[1:] for line in changes if line[0] in " +"]
    return new + lines[at:]


@given(LINES, LINES, st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_a_diff_makes_one_text_of_the_other(
    before: list[str], after: list[str], head: int, tail: int, long: bool
) -> None:
    same = [f"line {at}" for at in range(head)], [f"end {at}" for at in range(tail)]
    old, new = ([*same[0], *middle, *same[1]] for middle in (before, after))
    with pytest.MonkeyPatch.context() as patched:
        if long:
            patched.setattr("aqumen.web.prompt_diff.MOST_STEPS", -1)

        diff = unified("\n".join(old), "\n".join(new), NAMES)

    assert applied(old, diff) == new
    assert bool(diff) == (old != new)
    assert not long or diff.count("\n@@") <= 1


def test_a_comparison_waits_for_others_and_nothing_else_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aqumen.web.prompts._COMPARING_SECONDS", 0.1)
    url = with_tables(tmp_path / "runs.db")
    app = server(Settings(model_backend="simulator", AQUMEN_DATABASE_URL=url))
    begun, go_on = threading.Event(), threading.Event()

    def compared(*_texts: object) -> str:
        begun.set()
        go_on.wait(20)
        return ""

    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50000)) as asked:
        parts: Parts = app.state.parts  # type: ignore[attr-defined]
        with monkeypatch.context() as slow:
            slow.setattr("aqumen.web.prompts.unified", compared)
            late = asked.get(DIFF)
        assert begun.is_set()
        waiting = asked.get(DIFF)
        other = asked.get("/api/prompts/difficulty_categories")
        go_on.set()
        eventually(lambda: asked.get(DIFF).status_code == 200)

    for refused in (late, waiting):
        assert (refused.status_code, refused.json()["code"]) == (503, "server_full")
        assert refused.headers["Retry-After"] == "5"
        assert "compares" in refused.json()["detail"]
    assert other.status_code == 200
    with pytest.raises(RuntimeError, match="shutdown"):
        asyncio.run(parts.comparing.do(unified, "", "", NAMES))
