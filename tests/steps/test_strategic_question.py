import pytest

from aqumen.events import Check
from aqumen.material import EarlierAttempt
from aqumen.steps.strategic_question import StrategicQuestion
from fakes.samples import AIM, CATALOG, QUESTION, question, replied


def _check(name: str, **fields: object) -> Check:
    outcome = StrategicQuestion(AIM, CATALOG).accept(replied({**question(), **fields}))
    return next(check for check in outcome.checks if check.name == name)


def test_the_question_comes_as_a_value() -> None:
    assert StrategicQuestion(AIM, CATALOG).accept(replied(question())).value == QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "Find the bug in this function.",
        "Please identify all the subtle mistakes below.",
        "Spot any errors in the code.",
        "Fix the flaw.",
        "Here is some buggy code.",
        "What's wrong with this query?",
        "The following snippet contains several bugs.",
        "Debug the two mistakes",
        "1. Identify and fix the bug.",
        "- Find the mistakes that were made in this calculation",
        "Read this proof, find the mistake in it and write it anew.",
        "Your task is to find the three errors in the code below.",
        "Explain what is wrong here.",
        "There are two bugs in the function.",
        "The code below has a mistake.",
        "Correct the faulty query.",
        "In the code below, find the bug.",
        "Given the code below, identify the bug.",
        "Find the bug that makes the test fail.",
        "Then, find the bugs.",
        "a) Find the bug.",
        "Try to find the bug.",
        "Find the bug in the login handler.",
        "Fix the bugs in the YAML.",
        "Spot the errors in the SQL.",
        "The code has a bug.",
        "Find the bugs I planted.",
    ],
)
def test_error_spotting_is_not_asked_for(text: str) -> None:
    check = _check("no_planted_mistake", question_text=f"{question()['question_text']} {text}")

    assert "asks for error spotting" in check.detail


@pytest.mark.parametrize(
    "text",
    [
        "Design a checksum that detects errors of one bit.",
        "Estimate the error of the mean.",
        "Raise an error if the amount is negative.",
        "Correct the readings for temperature.",
        "Identify the bottleneck and propose an index.",
        "The tracker has 40 open bugs.",
        "The program has 12 known bugs and this program has 40 open bugs.",
        "There are 40 bugs in the tracker.",
        "Two engineers fix bugs full time.",
        "Write the plan by which two people find, fix and close the bugs of a release.",
        "Identify the three bugs to fix first.",
        "Fix bugs in the order of their cost of delay.",
        "Write a linter that finds the most common mistakes in Python code.",
        "Say how many mistakes a reader finds in 200 pages.",
        "Correct any two errors in a block of 64 bits.",
        "Customers describe what is wrong in their own words.",
        "A faulty program stops the line for an hour.",
        "Identify the errors that may be tried again, and those that may not.",
        "Find the errors of measurement that matter.",
        "The program has no known bugs.",
    ],
)
def test_speaking_of_errors_is_not_error_spotting(text: str) -> None:
    assert _check("no_planted_mistake", context=text).passed


def test_a_task_on_the_triage_of_bugs_is_no_error_spotting() -> None:
    task = {
        "title": "Plan two weeks of bug fixing",
        "question_text": "Write the plan by which two engineers fix bugs for two weeks: which of "
        "the bugs in the table come first, who takes each, and what is left open.",
        "context": "The tracker has 40 open bugs. Every bug has a severity, a cost of delay and an "
        "estimate; the program has a release on Friday.",
        "requirements": ["Every bug has a place", "State the order", "Name who fixes it", "Dates"],
    }

    assert _check("no_planted_mistake", **task).passed


def test_markers_stand_nowhere_in_the_question() -> None:
    assert not _check("no_markers", success_criteria=["Uses x << 2."]).passed


def test_a_mistake_of_the_catalog_is_not_named() -> None:
    warning = f"Beware: {CATALOG[0].mistake.lower()}!"

    assert not _check("mistakes_not_named", context=warning).passed


@pytest.mark.parametrize(
    "requirements", [[], ["a"] * 4, ["a", "b", "c"], list("abcdefg"), ["a", "b", "c", " "]]
)
def test_there_are_four_to_six_different_requirements(requirements: list[str]) -> None:
    assert not _check("requirements_four_to_six", requirements=requirements).passed


@pytest.mark.parametrize("title", ["", " ", "x" * 121, "two\nlines"])
def test_the_title_is_one_line(title: str) -> None:
    assert not _check("title_usable", title=title).passed


def test_task_context_and_criteria_are_filled() -> None:
    assert not _check("task_complete", question_text="Write it.").passed
    assert not _check("task_complete", context=" ").passed
    assert not _check("criteria_given", success_criteria=[]).passed
    assert not _check("criteria_given", success_criteria=[""]).passed


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("both_avoided", "harder"),
        ("both_made", "clearer"),
        ("only_mid_made", "real understanding"),
        ("no_evidence", "commit themselves in writing"),
    ],
)
def test_a_retry_tells_what_happened_and_what_follows(outcome: str, told: str) -> None:
    earlier = EarlierAttempt.model_validate(
        {"title": "First task", "outcome": outcome, "detail": "The detail."}
    )

    text = StrategicQuestion(AIM, CATALOG, (earlier,)).ask().values["earlier"]

    assert '1. "First task"' in text
    assert told in text
    assert "The detail." in text


def test_the_first_question_is_told_that_it_is_the_first() -> None:
    assert (
        StrategicQuestion(AIM, CATALOG).ask().values["earlier"] == "None: this is the first task."
    )
