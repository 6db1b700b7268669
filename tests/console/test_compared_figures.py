"""What compared runs and their steps took, in figures beside the first run's."""

from typing import Any

from console.board import Board
from console.values import StepCard
from console.views import compared_runs, compared_steps
from console.wire import Step
from fakes.boards import board_of
from fakes.story import Story


def board(seconds: float, **took: Any) -> Board:
    """Return a run that succeeded and took what is said, by the names of its metadata."""
    story = Story().whole()
    (_, final), (_, done) = story.told[-2:]
    final["metadata"] |= took
    done["total_duration_seconds"] = seconds
    return board_of(*story.told)


def usage(read: int, written: int, cached: int) -> dict[str, int]:
    return {"input_tokens": read, "output_tokens": written, "cache_read_tokens": cached}


FIRST = {"usage": usage(1_000, 400, 0), "cost_usd": 0.2, "model_calls": 8}
SECOND = {
    "usage": usage(1_500, 300, 12_000), "cost_usd": 0.05, "model_calls": 9, "cost_estimated": True
}  # fmt: skip


def named(figures: list[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    return dict(zip(compared_runs.FIGURES, figures, strict=True))


def test_each_run_says_what_it_took_and_how_far_that_is_from_the_first() -> None:
    first, second = map(named, compared_runs.figures([board(90, **FIRST), board(45, **SECOND)]))

    assert first == {
        "Told apart": ("yes", ""),
        "Evidence": ("single-sample", ""),
        "Attempts": ("1", ""),
        "Calls": ("8", ""),
        "Tokens in": ("1.0k", ""),
        "Cached": ("0", ""),
        "Out": ("400", ""),
        "In all": ("1.4k", ""),
        "Cost": ("$0.200", ""),
        "Time": ("1 min 30 s", ""),
    }
    assert second == {
        "Told apart": ("yes", ""),
        "Evidence": ("single-sample", ""),
        "Attempts": ("1", ""),
        "Calls": ("9", "+12 %"),
        "Tokens in": ("1.5k", "+50 %"),
        "Cached": ("12.0k", ""),
        "Out": ("300", "-25 %"),
        "In all": ("13.8k", "+886 %"),
        "Cost": ("≈ $0.050", "-75 %"),
        "Time": ("45 s", "-50 %"),
    }


def test_a_run_without_a_question_and_one_that_goes_on_are_compared_as_they_stand() -> None:
    hopeless, open_run = Story(), Story()
    hopeless.start()
    hopeless.steps(1, 2, 3, 4, 5, 6)
    hopeless.no_question("Nothing told the models apart.", attempts=1)
    hopeless.done()
    open_run.start()
    open_run.steps(1)

    boards = [board_of(*story.told) for story in (hopeless, open_run)]
    first, second = map(named, compared_runs.figures(boards))

    assert (first["Told apart"], first["Evidence"]) == (("no", ""), ("none", ""))
    assert (second["Told apart"], second["Evidence"]) == (("-", ""), ("-", ""))
    assert second["Calls"] == ("1", "-88 %")


def step(story: Story) -> Step:
    card: StepCard = board_of(*story.told).cards[1, 3]
    assert card.result is not None
    return card.result


def test_a_step_says_what_its_answer_took_in_each_run() -> None:
    one, other = Story(), Story()
    one.start()
    one.answer(3)
    other.start()
    other.answer(3, failed="requirements")
    _, data = other.answer(3, answer=2)
    data |= {
        "usage": usage(2_600, 70, 900),
        "cost_usd": 1.25,
        "cost_estimated": True,
        "duration_seconds": 75.0,
        "reused_from": "RUN0",
    }

    rows = [compared_steps._row(number, step(story)) for number, story in ((0, one), (3, other))]

    assert [dict(zip(compared_steps.FIGURES, row, strict=True)) for row in rows] == [
        {
            "Run": "A",
            "Model": "claude-opus-4-6",
            "Answer": "1",
            "Prompt tokens": "100",
            "Cached": "0",
            "Out": "50",
            "Cost": "$0.010",
            "Time": "1.5 s",
            "Checks": "1 of 1",
        },
        {
            "Run": "D",
            "Model": "claude-opus-4-6",
            "Answer": "2, reused",
            "Prompt tokens": "2.6k",
            "Cached": "900",
            "Out": "70",
            "Cost": "≈ $1.25",
            "Time": "1 min 15 s",
            "Checks": "1 of 1",
        },
    ]


def test_checks_an_answer_failed_do_not_count_as_passed() -> None:
    story = Story()
    story.start()
    story.answer(3, failed="requirements")

    assert compared_steps._row(1, step(story))[-1] == "1 of 2"
