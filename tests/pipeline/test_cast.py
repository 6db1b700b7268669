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


def test_a_second_judge_is_doubted_like_the_first_and_so_are_two_of_a_kind() -> None:
    independent = replace(CAST, judge="us.amazon.nova-premier-v1:0")

    (doubt,) = replace(independent, judge_2=CAST.mid).doubts()
    assert "second judge is the mid-tier model" in doubt
    assert "AQUMEN_MODEL_JUDGE_2" in doubt
    (doubt,) = replace(independent, judge_2=independent.judge).doubts()
    assert "the same model" in doubt
    assert not replace(independent, judge_2="us.meta.llama4-maverick-17b-instruct-v1:0").doubts()


def test_a_second_judge_is_part_of_the_cast_only_where_there_is_one() -> None:
    assert "judge_2" not in CAST.ids()
    two = replace(CAST, judge_2=CAST.mid)
    assert two.ids()["judge_2"] == CAST.mid
    assert two.judges == (CAST.judge, CAST.mid)
