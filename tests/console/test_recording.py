"""A run that is over, at any moment of it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.board import Board
from console.fold import fold
from console.playhead import Move, Playhead, move_of, position_of
from console.recording import Recording
from console.stream import Message
from fakes.story import Story

BEGUN = datetime.fromisoformat("2026-11-25T08:00:00+00:00")


def told(*seconds: float) -> list[Message]:
    """Return a whole run whose events come at these seconds; the rest at the last of them."""
    story = Story().whole()
    times = [*seconds, *[seconds[-1]] * (len(story.told) - len(seconds))]
    return [
        Message(data["seq"], name, data | {"timestamp": stamp(at)})
        for (name, data), at in zip(story.told, times, strict=True)
    ]


def stamp(seconds: float) -> str:
    return (BEGUN + timedelta(seconds=seconds)).isoformat()


def test_a_moment_is_the_fold_of_the_events_up_to_it() -> None:
    messages = told(0, 1, 3, 4, 6)
    recording = Recording(messages)

    assert recording.at(3.5) == fold(Board(), messages[:3])
    assert recording.at(0) == fold(Board(), messages[:1])
    assert recording.at(-1) == Board()
    assert recording.moment(3.5) == BEGUN + timedelta(seconds=3.5)


def test_the_end_is_the_whole_run() -> None:
    messages = told(0, 1, 3)

    recording = Recording(messages)

    assert recording.seconds == 3
    assert recording.at(3) == fold(Board(), messages)
    assert recording.at(99).over
    assert Recording([]).seconds == 0
    assert Recording([]).at(1) == Board()


@given(st.lists(st.integers(0, 30), min_size=2, max_size=16).map(sorted), st.integers(0, 30))
def test_events_are_walked_one_moment_at_a_time(times: list[int], at: int) -> None:
    times[0] = 0
    recording = Recording(told(*times))

    assert recording.before(at) == max([each for each in times if each < at], default=0)
    assert recording.after(at) == min([each for each in times if each > at], default=times[-1])


def test_a_text_grows_from_its_first_token_to_its_end() -> None:
    messages = told(0, 1, 3)
    (call,) = messages[2].data["calls"]
    call |= {"started_at": stamp(1), "first_token_seconds": 0.5, "duration_seconds": 2.0}
    call["response"] = "x" * 30
    recording = Recording(messages)

    def written(at: float) -> int:
        return sum(len(each.text) for each in recording.at(at).cards[1, 1].answers)

    assert [written(at) for at in (1.0, 1.4, 2.0, 2.5)] == [0, 0, 10, 20]
    assert recording.at(2.0).cards[1, 1].live


def test_a_playhead_moves_at_its_speed_until_it_is_paused() -> None:
    head = Playhead("run-1", speed=2.0).play(now=100)

    assert head.at(103) == 6
    assert head.paced(10, 103).at(104) == 16
    assert head.seek(1, 103).at(104) == 3
    assert head.pause(103).at(999) == 6
    assert head.pause(103).seek(2, 999).at(9999) == 2


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("2.5", 2.5),
        ("99", 10.0),
        ("0", 0.0),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("x", None),
    ],
)
def test_an_address_names_a_position_or_none(text: str, position: float | None) -> None:
    assert position_of(text, 10.0) == position


@pytest.mark.parametrize(
    ("said", "move"),
    [
        ({"turn": 3, "to": 4.5}, Move(3, 4.5)),
        ({"turn": 3, "to": 400}, Move(3, 60.0)),
        ({"turn": 3, "to": -1}, None),
        ({"turn": 3, "to": 10**400}, None),
        ({"turn": "3", "to": 1}, None),
        ({"to": 1}, None),
        (None, None),
    ],
)
def test_a_move_of_the_scrubber_is_read_as_the_browser_tells_it(
    said: object, move: Move | None
) -> None:
    assert move_of(said, 60.0) == move
