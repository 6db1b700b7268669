"""The board: what a run's events add up to."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.events import Evidence
from console.attempts import outcome
from console.board import Board
from console.fold import fold
from console.stream import Message
from console.values import Trouble
from fakes.story import Story, Told, delta


def messages(*told: Told) -> list[Message]:
    return [Message(int(data.get("seq", 0)), name, data) for name, data in told]


def board_of(*told: Told) -> Board:
    return fold(Board(), messages(*told))


def live_text(board: Board, step: int = 1, attempt: int = 1) -> str:
    return board.cards[attempt, step].answers[-1].text


def test_a_whole_run_ends_with_a_question_and_seven_steps_passed() -> None:
    story = Story().whole()

    board = board_of(*story.told)

    assert board.status == "succeeded"
    assert [card.state for card in board.cards.values()] == ["passed"] * 7
    assert board.percent == 100
    assert board.final is not None
    assert board.final.assessment is not None
    assert board.trouble is None
    assert board.spent.calls == 8
    assert board.seconds(datetime.now(UTC)) == 12.5


def test_a_run_is_queued_until_a_step_begins() -> None:
    story = Story()
    story.start()
    story.queued(3)
    waiting = board_of(*story.told)

    running = fold(waiting, messages(story.begin(1)))

    assert (waiting.status, waiting.position) == ("queued", 3)
    assert running.status == "running"
    assert running.cards[1, 1].state == "running"


def test_text_grows_as_it_is_written_and_the_answer_replaces_it() -> None:
    story = Story()
    story.start()
    story.begin(1)
    writing = board_of(*story.told, delta(1, 0, "One "), delta(1, 4, "two"))

    arrived = fold(writing, messages(story.answer(1, text="One two three")))

    assert live_text(writing) == "One two"
    assert live_text(arrived) == "One two three"
    assert arrived.cards[1, 1].answers[-1].writing == {}


def test_deltas_that_come_late_do_not_touch_an_answer_that_is_in() -> None:
    story = Story()
    story.start()
    story.begin(1)
    story.answer(1, text="Whole")

    board = board_of(*story.told, delta(1, 0, "Who"))

    assert live_text(board) == "Whole"
    assert len(board.cards[1, 1].answers) == 1


def test_a_retry_starts_its_call_over_and_leaves_the_other_alone() -> None:
    story = Story()
    story.start()
    story.begin(6)
    before = [delta(6, 0, "first", call=1), delta(6, 0, "second", call=2)]

    board = board_of(*story.told, *before, story.retry(6, call=1), delta(6, 0, "anew", call=1))

    writing = board.cards[1, 6].answers[0].writing
    assert {call: text.text for call, text in writing.items()} == {1: "anew", 2: "second"}
    assert board.cards[1, 6].answers[0].retries[0].code == "model_throttled"


def test_a_rejected_answer_is_asked_for_again_until_one_passes() -> None:
    story = Story()
    story.start()
    story.begin(3)
    story.answer(3, failed="no_planted_mistake")
    asking = board_of(*story.told)

    passed = fold(asking, messages(story.answer(3, answer=2)))

    assert asking.cards[1, 3].state == "asking again"
    assert passed.cards[1, 3].state == "passed"
    assert passed.cards[1, 3].result is not None
    assert passed.cards[1, 3].result.answer == 2
    assert passed.cards[1, 3].spent.calls == 2


def test_a_failure_names_step_attempt_and_reason() -> None:
    story = Story()
    story.start()
    story.steps(1, 2)
    story.begin(3, attempt=2)
    story.fail("model_unavailable", step=3)

    board = board_of(*story.told)

    assert board.status == "failed"
    assert board.trouble is not None
    assert board.trouble.place == "step 3 (Generate strategic question), attempt 2"
    assert Trouble("It broke.", step_number=2).place == "step 2"
    assert board.trouble.sentence == "The model service is unavailable at the moment."
    assert board.cards[2, 3].state == "failed"
    assert board.spent.estimated


def test_a_cancelled_run_has_a_stopped_step_and_no_failed_one() -> None:
    story = Story()
    story.start()
    story.begin(1)
    story.fail("cancelled", step=None)

    board = board_of(*story.told)

    assert board.status == "cancelled"
    assert board.cards[1, 1].state == "stopped"


def test_no_question_names_the_step_and_the_check_that_was_not_met() -> None:
    story = Story()
    story.start()
    story.steps(1, 2)
    story.begin(3)
    for answer in (1, 2, 3):
        story.answer(3, answer=answer, failed="no_planted_mistake")
    story.no_question("No question separated the two models in one attempt.", attempts=1)
    story.done()

    board = board_of(*story.told)

    assert board.status == "no_question"
    assert board.trouble is not None
    assert board.trouble.step_number == 3
    assert board.trouble.check == "no_planted_mistake"
    assert board.trouble.detail == "no_planted_mistake is not met"
    assert outcome([board.cards[1, 3]]) == (
        "step 3 was rejected 3 times by the check no_planted_mistake"
    )


@pytest.mark.parametrize(
    ("mid", "weak", "said"),
    [
        ("absent", "present", "the weak model made 1 mistake that the mid-tier one avoided"),
        ("absent", "absent", "both models avoided every mistake"),
        ("present", "present", "both models made the same mistakes"),
        ("present", "absent", "only the mid-tier model made mistakes"),
        ("missing", "present", "there was no usable evidence"),
        ("missing", "missing", "there was no usable evidence"),
    ],
)
def test_an_attempt_is_summed_up_by_its_evidence(mid: str, weak: str, said: str) -> None:
    story = Story()
    story.start()
    story.begin(6)
    entry = Evidence.model_validate({"mistake": "Leaves the file open", "mid": mid, "weak": weak})
    story.answer(6, evidence=(entry,))

    board = board_of(*story.told)

    assert outcome([board.cards[1, 6]]) == said


def test_an_attempt_that_is_still_open_has_no_outcome() -> None:
    story = Story()
    story.start()
    story.begin(6)

    assert outcome([board_of(*story.told).cards[1, 6]]) == ""


def test_a_run_of_step_one_alone_succeeds_without_an_assessment() -> None:
    story = Story()
    story.start()
    story.steps(1)
    name, data = story.no_question("x", stopped_at=1)
    data |= {"success": True, "reason": None}
    story.done()

    board = board_of(*story.told)

    assert name == "step"
    assert board.status == "succeeded"
    assert board.trouble is None


def test_unknown_events_and_unreadable_ones_change_only_the_cursor() -> None:
    start = messages(Story().start())
    strange = [
        Message(2, "weather", {"seq": 2, "type": "weather"}),
        Message(3, "step", {"seq": 3, "type": "novelty"}),
        Message(4, "step", {"seq": 4, "type": "step", "step_number": "many"}),
        Message(5, "progress", {"seq": 5, "percent": 3, "mood": "fine"}),
    ]

    board = fold(Board(), [*start, *strange])

    assert board.seq == 5
    assert board.cards == {}
    assert board.percent == 3


def test_samples_are_kept_in_order() -> None:
    data = {"type": "sample", "attempt": 1, "phase": "screen", "tier": "weak", "index": 1}

    board = fold(Board(), [Message(1, "sample", data | {"seq": 1, "outcome": "absent"})])

    assert board.samples[0].outcome == "absent"


def test_elapsed_time_runs_on_the_servers_clock_and_stops_with_the_run() -> None:
    story = Story()
    _, start = story.start()
    begun = datetime.fromisoformat(start["timestamp"])
    running = board_of(*story.told)

    assert running.seconds(begun + timedelta(seconds=5)) == 5
    assert running.seconds(begun - timedelta(seconds=5)) == 0
    assert Board().seconds(begun) == 0


def test_spending_is_what_the_server_says_of_the_run_so_far() -> None:
    story = Story()
    story.start()
    story.steps(1, 2)
    summed = board_of(*story.told)

    story.progress(28, 2)
    told = board_of(*story.told)

    assert (summed.spent.calls, summed.spent.usage.total) == (2, 300)
    assert (told.spent.calls, told.spent.cost_usd) == (2, 0.02)


TEXT = "The quick brown fox jumps over the lazy dog."


@given(
    st.lists(
        st.tuples(st.integers(0, len(TEXT)), st.integers(1, 12)).map(
            lambda piece: (piece[0], TEXT[piece[0] : piece[0] + piece[1]])
        ),
        max_size=30,
    )
)
def test_overlapping_deltas_never_garble_the_text(pieces: list[tuple[int, str]]) -> None:
    known, told = 0, []
    for offset, text in pieces:
        if offset <= known:
            told.append(delta(1, offset, text))
            known = max(known, offset + len(text)) if offset else len(text)

    board = board_of(*told)

    assert (live_text(board) if told else "") == TEXT[:known]


@given(st.integers(0, len(TEXT)), st.integers(1, 30))
def test_a_call_that_is_made_again_replaces_what_was_written(cut: int, size: int) -> None:
    again = f"{TEXT[:10]}red{TEXT[15:]}"
    pieces = [(offset, again[offset : offset + size]) for offset in range(0, len(again), size)]

    board = board_of(
        delta(1, 0, TEXT[:cut] or "T"), *(delta(1, offset, text) for offset, text in pieces)
    )

    assert live_text(board) == again


def test_attaching_to_a_call_that_is_written_again_forgets_what_was_cut() -> None:
    cut, gap = delta(1, 0, "Once upon"), delta(1, 30, "the end")

    board = board_of(cut, gap, delta(1, 0, "Once"), delta(1, 4, " more"))

    assert live_text(board) == "Once more"


@given(st.integers(1, len(TEXT) - 1), st.data())
def test_text_that_was_missed_is_marked_until_the_whole_comes(
    gap: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(gap, len(TEXT) - 1))
    missed = board_of(delta(1, start, TEXT[start:]))

    healed = fold(missed, messages(delta(1, 0, TEXT)))

    assert live_text(missed) == f"\n[…]\n{TEXT[start:]}"
    assert live_text(healed) == TEXT


@given(st.randoms(use_true_random=False), st.integers(0, 40))
def test_a_log_told_twice_over_from_any_point_folds_to_the_same_board(
    chance: random.Random, again: int
) -> None:
    story = Story()
    story.start()
    story.steps(1, 2)
    story.begin(3)
    story.answer(3, failed="length")
    story.answer(3, answer=2)
    story.steps(4, 5, 6, attempt=1)
    story.steps(3, 4, 5, 6, 7, attempt=2)
    story.final(attempts=2)
    story.done()
    cut = chance.randrange(len(story.told))

    once = board_of(*story.told)
    twice = board_of(*story.told[:cut], *story.told[max(cut - again, 0) :])

    assert twice == once


def test_reused_answers_are_no_calls_of_a_fork() -> None:
    story = Story()
    story.start(kind="fork", parent="run-0")
    story.begin(1)
    _, data = story.answer(1)
    data |= {"reused_from": "run-0", "cost_usd": 0.0}
    story.begin(2)
    story.answer(2)

    board = board_of(*story.told)

    assert (board.cards[1, 1].reused, board.cards[1, 2].reused) == (True, False)
    assert board.cards[1, 1].state == "passed"
    assert board.spent.calls == 1
