"""The authored content against the real steps and the real judging."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from aqumen.events import Difficulty
from aqumen.material import Aim
from aqumen.simulator.script import Attempt, Script, authored, generic
from aqumen.simulator.scripted import Scripted
from aqumen.simulator.topic import LONGEST
from fakes.play import Attempted, Play

_LEVELS: tuple[Difficulty, ...] = ("Beginner", "Intermediate", "Advanced")
_NEVER = "FizzBuzz in Python"


def _attempts() -> Iterator[tuple[Script, Attempt]]:
    for script in authored() + generic():
        for attempt in script.attempts:
            yield script, attempt


def _started(topic: str) -> tuple[Play, Aim, Attempted]:
    play = Play(Scripted(), topic)
    aim = play.aim()
    return play, aim, play.attempt(aim, play.catalog(aim))


EVERY_SCRIPT = pytest.mark.parametrize("script", authored(), ids=lambda each: each.name)
EVERY_ATTEMPT = pytest.mark.parametrize(
    ("script", "attempt"), list(_attempts()), ids=lambda each: getattr(each, "title", "")
)


@EVERY_SCRIPT
def test_all_subtopics_get_the_same_authored_question(script: Script) -> None:
    play = Play(Scripted(), script.name)
    categories = play.categories()

    titles = set()
    for level in _LEVELS:
        for subtopic in categories.of(level):
            aim = play.aim(level, subtopic)
            titles.add(play.attempt(aim, play.catalog(aim)).question.title)
            play.earlier.clear()

    assert titles == {script.attempts[0].title}


@EVERY_SCRIPT
def test_the_attempts_of_a_topic_follow_each_other_until_one_differentiates(
    script: Script,
) -> None:
    play = Play(Scripted(), script.name)
    aim = play.aim()
    catalog = play.catalog(aim)

    attempted = [play.attempt(aim, catalog) for _ in script.attempts]

    assert [each.question.title for each in attempted] == [each.title for each in script.attempts]
    assert [each.verdict.differentiated for each in attempted] == [
        each.exercise is not None for each in script.attempts
    ]


@EVERY_SCRIPT
def test_verified_mistakes_are_those_the_content_gives_to_the_weak_answer_alone(
    script: Script,
) -> None:
    play = Play(Scripted(), script.name)
    aim = play.aim()
    catalog = play.catalog(aim)

    for attempt in script.attempts:
        verdict = play.attempt(aim, catalog).verdict

        wanted = [
            entry.mistake
            for entry in script.mistakes
            if entry.key in attempt.weak.quotes and entry.key not in attempt.mid.quotes
        ]
        assert [each.mistake.mistake for each in verdict.verified] == wanted


@EVERY_SCRIPT
def test_an_attempt_that_differentiates_has_an_exercise_with_two_to_four_verified_errors(
    script: Script,
) -> None:
    play = Play(Scripted(), script.name)
    aim = play.aim()
    catalog = play.catalog(aim)

    for attempt in script.attempts:
        attempted = play.attempt(aim, catalog)
        if attempt.exercise is None:
            continue
        assessment = play.assessment(aim, attempted)

        assert 2 <= len(assessment.errors) <= 4
        assert {each.mistake for each in assessment.errors} <= {
            each.mistake.mistake for each in attempted.verdict.verified
        }


def test_the_sql_topic_needs_one_answer_of_every_step() -> None:
    play, aim, attempted = _started("SQL transactions and isolation levels")

    play.assessment(aim, attempted)

    assert {count for counts in play.answers.values() for count in counts} == {1}


def test_the_sum_that_the_sql_topic_names_is_at_the_limit_and_above_it_as_floats() -> None:
    play, aim, attempted = _started("SQL transactions and isolation levels")
    told = " ".join(error.description for error in play.assessment(aim, attempted).errors)
    amounts = re.findall(r"\d+\.\d\d", told)

    # One after the other, as the exercise does: sum() corrects floats from Python 3.12 on.
    spent = 0.0
    for amount in amounts:
        spent += float(amount)

    assert sum(map(Decimal, amounts)) == Decimal("5000.00") < spent


def test_grpo_needs_a_second_attempt() -> None:
    play, aim, first = _started("GRPO in RL")

    second = play.attempt(aim, play.catalog(aim))

    assert play.earlier[0].outcome == "both_avoided"
    assert (first.verdict.differentiated, second.verdict.differentiated) == (False, True)


@pytest.mark.parametrize("attempts", [3, 5])
def test_fizzbuzz_never_differentiates(attempts: int) -> None:
    play = Play(Scripted(), _NEVER)
    aim = play.aim()
    catalog = play.catalog(aim)

    attempted = [play.attempt(aim, catalog) for _ in range(attempts)]

    assert not any(each.verdict.differentiated for each in attempted)
    assert {each.outcome for each in play.earlier} == {"both_avoided"}
    assert len({each.question.title for each in attempted}) == attempts


def test_the_pricing_test_is_a_plan() -> None:
    play, aim, attempted = _started("A/B test analysis for a pricing change")

    assessment = play.assessment(aim, attempted)

    assert attempted.question.artifact_type == assessment.content_type == "plan"


def test_the_rate_limiter_s_exercise_is_accepted_at_the_second_answer() -> None:
    play, aim, attempted = _started("Rate limiting with Redis")

    play.assessment(aim, attempted)

    assert play.answers["student_assessment"] == [2]


def test_the_kubernetes_catalog_is_accepted_at_the_second_answer() -> None:
    play, *_ = _started("Kubernetes rollouts without downtime")

    assert play.answers["error_catalog"] == [2]


def test_a_quote_that_is_not_in_the_answer_leaves_its_finding_missing() -> None:
    _, _, attempted = _started("Password storage and account recovery")

    told = {each.mistake: each.weak for each in attempted.verdict.evidence}

    assert told["Telling the asker whether an account exists"] == "missing"
    assert len(attempted.verdict.verified) == 2


@EVERY_ATTEMPT
def test_answers_are_of_a_readable_length_and_have_their_sections(
    script: Script, attempt: Attempt
) -> None:
    for written in (attempt.mid, attempt.weak):
        headings = re.findall(r"^### (.+)$", written.text, re.MULTILINE)

        assert headings == ["OUTPUT", "RATIONALE", "CONSIDERATIONS"], script.name
        assert 1500 <= len(written.text) <= 4000, script.name


@EVERY_ATTEMPT
def test_no_quote_of_one_answer_stands_in_the_other(script: Script, attempt: Attempt) -> None:
    for ours, theirs in ((attempt.mid, attempt.weak), (attempt.weak, attempt.mid)):
        for key, quote in ours.quotes.items():
            assert quote not in theirs.text or key in theirs.quotes, script.name


@pytest.mark.parametrize("script", generic(), ids=lambda each: each.name)
def test_names_and_quotes_of_generic_content_are_longer_than_a_topic_is_shown(
    script: Script,
) -> None:
    quotes = [quote for each in script.attempts for quote in each.weak.quotes.values()]

    assert min(map(len, [entry.mistake for entry in script.mistakes] + quotes)) > LONGEST


def test_titles_are_told_apart_by_their_beginnings() -> None:
    markers = [attempt.marker for _, attempt in _attempts()]

    assert not [
        (one, other)
        for one in markers
        for other in markers
        if one is not other and one.startswith(other)
    ]


@EVERY_ATTEMPT
def test_an_answer_is_recognised_by_its_last_paragraph(script: Script, attempt: Attempt) -> None:
    endings = [each.ending for one in script.attempts for each in (one.mid, one.weak)]

    for written in (attempt.mid, attempt.weak):
        assert endings.count(written.ending) == 1
        assert "{{topic}}" not in written.ending


@EVERY_ATTEMPT
def test_the_judge_has_a_reason_of_its_own_for_every_entry(
    script: Script, attempt: Attempt
) -> None:
    for written in (attempt.mid, attempt.weak):
        said = {*written.quotes, *written.remarks, *(each.mistake for each in written.misquotes)}
        silent = [
            entry.key for entry in script.mistakes if entry.key not in said and not entry.avoided
        ]

        assert not silent
        assert not set(written.quotes) & set(written.remarks)
