from dataclasses import replace

from fakes.pipelines import CAST


def test_a_judge_that_writes_the_questions_is_doubted() -> None:
    (doubt,) = CAST.doubts()

    assert "writes the questions" in doubt


def test_a_judge_that_answers_them_is_doubted_too() -> None:
    (doubt,) = replace(CAST, judge=CAST.weak).doubts()

    assert "weak-tier" in doubt


def test_a_judge_of_its_own_is_not() -> None:
    assert not replace(CAST, judge="us.amazon.nova-premier-v1:0").doubts()
