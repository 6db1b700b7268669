"""The rail: every attempt a lane, every step a place in it."""

import re

from console.views.rail import as_html
from fakes.boards import board_of
from fakes.story import Story

_LANE = re.compile(r'<div class="(aq-lane(?: aq-old)?)"[^>]*aria-label="(Attempt \d)">(.*?)</div>')
_PLACE = re.compile(
    r'<button type="button" class="([^"]+)" data-pick="([^"]+)"[^>]*'
    r' aria-label="([^"]+)">([^<]+)</button>'
)
_TO_COME = re.compile(r'<i title="([^"]+)">(\d)</i>')


def in_second_attempt() -> Story:
    """Tell a run that asks again for the first answer of its second attempt."""
    story = Story()
    story.start()
    story.steps(1, 2, 3, 4, 5, 6)
    story.begin(3, attempt=2)
    story.answer(3, attempt=2, failed="no_markers")
    return story


def lanes(story: Story) -> dict[str, str]:
    """Return what is in each lane, by its name; that of a lane left behind ends with a plus."""
    found = _LANE.findall(as_html("run-1", board_of(*story.told)))
    return {f"{name}{' +' * ('aq-old' in kind)}": inside for kind, name, inside in found}


def test_each_step_that_began_says_where_it_is_and_how_it_stands() -> None:
    places = _PLACE.findall(as_html("run-1", board_of(*in_second_attempt().told)))

    assert [(kind, at, said, shown) for kind, at, said, shown in places] == [
        ("aq-good aq-shared", "1.1", "Step 1, Categories, attempt 1: passed", "✓ 1"),
        ("aq-good aq-shared", "2.1", "Step 2, Catalog, attempt 1: passed", "✓ 2"),
        ("aq-good", "3.1", "Step 3, Question, attempt 1: passed", "✓ 3"),
        ("aq-good", "4.1", "Step 4, Mid-tier, attempt 1: passed", "✓ 4"),
        ("aq-good", "5.1", "Step 5, Weak-tier, attempt 1: passed", "✓ 5"),
        ("aq-good", "6.1", "Step 6, Judge, attempt 1: passed", "✓ 6"),
        ("aq-warn aq-busy", "3.2", "Step 3, Question, attempt 2: asking again", "↻ 3"),
    ]


def test_the_attempt_that_was_left_is_dimmed_and_no_other() -> None:
    assert list(lanes(in_second_attempt())) == ["Attempt 1 +", "Attempt 2"]


def test_steps_to_come_are_named_and_lead_nowhere() -> None:
    first, second = lanes(in_second_attempt()).values()

    assert _TO_COME.findall(first) == [("Step 7, Assessment: not begun", "7")]
    assert [number for _, number in _TO_COME.findall(second)] == ["4", "5", "6", "7"]
    assert second.count("<span></span>") == 2, "the shared steps are the first attempt's"


def test_how_a_run_ended_is_seen_at_its_steps() -> None:
    told = in_second_attempt()
    told.answer(3, attempt=2, answer=2)
    told.begin(4, attempt=2)
    running = _PLACE.findall(lanes(told)["Attempt 2"])
    told.fail("cancelled", 4)
    stopped = _PLACE.findall(lanes(told)["Attempt 2"])
    broken = in_second_attempt()
    broken.fail("model_unavailable", 3)
    failed = _PLACE.findall(lanes(broken)["Attempt 2"])

    assert [(kind, shown) for kind, _, _, shown in running] == [
        ("aq-good", "✓ 3"), ("aq-calm aq-busy", "● 4")
    ]  # fmt: skip
    assert running[-1][2] == "Step 4, Mid-tier, attempt 2: running"
    assert (stopped[-1][0], *stopped[-1][2:]) == (
        "aq-none", "Step 4, Mid-tier, attempt 2: stopped", "- 4"
    )  # fmt: skip
    assert (failed[-1][0], *failed[-1][2:]) == (
        "aq-bad", "Step 3, Question, attempt 2: failed", "✗ 3"
    )  # fmt: skip


def test_the_step_a_run_ended_at_without_a_question_stands_out() -> None:
    told = Story()
    told.start()
    told.steps(1, 2, 3, 4, 5, 6)
    told.no_question("Nothing told the models apart.", attempts=1)
    told.done()

    places = _PLACE.findall(lanes(told)["Attempt 1"])

    assert [kind for kind, *_ in places][-2:] == ["aq-good", "aq-warn"]
