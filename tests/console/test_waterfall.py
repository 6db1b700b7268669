"""Every model call on one line of time, and what the money went to."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.bill import items
from console.lanes import lanes
from console.values import Spent
from console.views.timeline import waterfall_html
from console.waterfall import Bar, bars
from fakes.boards import board_of
from fakes.story import Story, Told, delta
from fakes.wholes import golden_events

BEGUN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def at(told: Told, seconds: float, **calls: Any) -> None:
    """Have an event happen so many seconds after the run's start."""
    _, data = told
    data["timestamp"] = (BEGUN + timedelta(seconds=seconds)).isoformat()
    for call in data.get("calls", []):
        call.update(calls)


def drawn(story: Story, seconds: float, *more: Told) -> tuple[Bar, ...]:
    return bars(board_of(*story.told, *more), BEGUN + timedelta(seconds=seconds))


def moment(seconds: float) -> str:
    return (BEGUN + timedelta(seconds=seconds)).isoformat()


def test_a_call_has_its_start_its_first_token_and_its_end() -> None:
    story = Story()
    at(story.start(), 0)
    at(story.begin(1), 1)
    at(story.answer(1), 4, started_at=moment(2), duration_seconds=2.0, first_token_seconds=0.5)

    (bar,) = drawn(story, 9)

    assert (bar.key, bar.answer, bar.start, bar.first, bar.end) == ((1, 1), 1, 2.0, 2.5, 4.0)
    assert not bar.failures


def test_tries_that_failed_stand_before_the_one_that_was_answered() -> None:
    story = Story()
    at(story.start(), 0)
    at(story.begin(1), 1)
    at(story.retry(1), 2)
    at(story.retry(1), 5)
    at(story.answer(1), 9, started_at=moment(7), duration_seconds=2.0)

    (bar,) = drawn(story, 9)

    assert bar.begun == 1.0
    assert [(each.start, each.end, each.again) for each in bar.failures] == [(1, 2, 4), (4, 5, 7)]
    assert bar.start == 7.0


def test_what_is_under_way_reaches_to_the_present() -> None:
    story = Story()
    at(story.start(), 0)
    at(story.begin(1), 1)
    waiting = drawn(story, 3)
    writing = drawn(story, 5, delta(1, 0, "Half"))

    assert [(bar.start, bar.end, bar.live) for bar in waiting] == [(1.0, 3.0, True)]
    assert [(bar.start, bar.end, bar.live) for bar in writing] == [(1.0, 5.0, True)]


def test_calls_of_another_run_are_not_drawn() -> None:
    story = Story()
    at(story.start(kind="fork", parent="RUN0"), 0)
    story.begin(1)
    _, data = story.answer(1)
    data["reused_from"] = "RUN0"
    story.fail("model_unavailable", 1)

    assert drawn(story, 3) == ()


def test_a_whole_run_is_drawn_call_by_call_and_paid_to_the_cent() -> None:
    board = board_of(*golden_events())
    assert board.final is not None
    meta = board.final.metadata

    assert len(bars(board, BEGUN)) == meta.model_calls
    paid = sum((item.spent for item in items(board)), Spent())
    assert paid.usage == meta.usage
    assert paid.calls == meta.model_calls
    assert paid.cost_usd == pytest.approx(meta.cost_usd, abs=1e-9)
    assert sum(item.share for item in items(board)) == pytest.approx(1)


def test_what_no_answer_accounts_for_is_named_too() -> None:
    story = Story()
    story.start()
    story.steps(1)
    story.fail("cancelled", 2)  # 0.02 in all, of which 0.01 is the answer's

    answered, rest = items(board_of(*story.told))

    assert (answered.number, rest.number) == (1, None)
    assert rest.spent.cost_usd == pytest.approx(0.01)
    assert rest.spent.estimated


def test_attempts_are_lanes_and_those_the_run_has_left_are_superseded() -> None:
    story = Story()
    story.start()
    story.steps(1, 2, 3, 4, 5, 6)
    story.begin(3, attempt=2)

    first, second = lanes(board_of(*story.told))

    assert (first.superseded, second.superseded) == (True, False)
    assert [number for number, card in first.cells if card is None] == [7]
    assert [number for number, _ in second.cells] == [3, 4, 5, 6, 7]
    assert second.cells[0][1] is not None
    assert second.cells[0][1].live


def pieces(html: str) -> list[tuple[str, float, float]]:
    """Return what the bars are made of: its kind, where it begins and how long it is, in %."""
    drawn = re.findall(r'<i class="aq-(\w+)" style="left:([\d.]+)%;width:([\d.]+)%"></i>', html)
    return [(kind, float(left), float(width)) for kind, left, width in drawn]


def test_a_call_that_was_tried_again_twice_is_drawn_in_scale_piece_by_piece() -> None:
    story = Story()
    at(story.start(), 0)
    at(story.begin(1), 1)
    at(story.retry(1), 2)
    at(story.retry(1), 5)
    call = {"started_at": moment(7), "duration_seconds": 3.0, "first_token_seconds": 1.0}
    at(story.answer(1), 10, **call)
    board = board_of(*story.told)

    html = waterfall_html("run-1", board, bars(board, BEGUN))

    assert pieces(html) == [
        ("fails", 10, 10),
        ("pause", 20, 20),
        ("fails", 40, 10),
        ("pause", 50, 20),
        ("waits", 70, 10),
        ("writes", 80, 20),
    ]
    assert re.findall(r'<i style="left:([\d.]+)%">(.*?)</i>', html) == [
        ("0.00", "0.0 s"), ("20.00", "2.0 s"), ("40.00", "4.0 s"), ("60.00", "6.0 s"),
        ("80.00", "8.0 s"), ("100.00", "10 s"),
    ]  # fmt: skip
    assert "<em>9.0 s</em>" in html
    assert html.count("try failed after 1.0 s: model throttled") == 4, "title and label, twice each"


def test_a_pause_is_drawn_to_the_next_try_at_most_and_what_goes_on_to_the_present() -> None:
    story = Story()
    at(story.start(), 0)
    at(story.begin(1), 0)
    at(story.retry(1), 4)
    early = BEGUN + timedelta(seconds=5)
    board = board_of(*story.told)
    waiting = pieces(waterfall_html("run-1", board, bars(board, early)))
    at(story.answer(1), 8, started_at=moment(5), duration_seconds=3.0, first_token_seconds=None)
    board = board_of(*story.told)

    answered = pieces(waterfall_html("run-1", board, bars(board, early)))

    assert waiting == [("fails", 0, 80), ("pause", 80, 20), ("live", 100, 0)]
    assert answered == [("fails", 0, 50), ("pause", 50, 12.5), ("writes", 62.5, 37.5)]


def test_marks_of_a_short_run_are_where_they_say_and_rows_name_what_tells_them_apart() -> None:
    story = Story()
    at(story.start(), 0)
    at(story.begin(1), 0)
    at(story.answer(1, failed="has_content"), 1, started_at=moment(0), duration_seconds=1.0)
    at(story.answer(1, 1, 2), 1.3, started_at=moment(1), duration_seconds=0.3)
    board = board_of(*story.told)

    html = waterfall_html("run-1", board, bars(board, BEGUN))

    marks = re.findall(r'<i style="left:([\d.]+)%">([\d.]+) s</i>', html)
    assert [f"{float(share) / 100 * 1.3:.1f}" for share, _ in marks] == [at for _, at in marks]
    assert re.findall(r"<span>(1 Categories .*?)</span>", html) == [
        "1 Categories ", "1 Categories <small>answer 2</small>"
    ]  # fmt: skip
