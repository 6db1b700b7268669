import pytest

from aqumen.events import Check
from aqumen.material import Categories
from aqumen.steps.difficulty_categories import DifficultyCategories
from fakes.samples import categories, replied


def _check(name: str, topic: str = "SQL", **levels: list[str]) -> Check:
    outcome = DifficultyCategories(topic).accept(replied({**categories(), **levels}))
    return next(check for check in outcome.checks if check.name == name)


def test_the_subtopics_come_as_a_value() -> None:
    outcome = DifficultyCategories("SQL").accept(replied(categories()))

    assert outcome.value == Categories.model_validate(categories())


@pytest.mark.parametrize("count", [0, 2, 6])
def test_each_level_has_three_to_five_subtopics(count: int) -> None:
    check = _check("three_levels", Beginner=[f"Subtopic number {n}" for n in range(count)])

    assert check.detail == f"Beginner has {count} subtopics; give 3 to 5."


@pytest.mark.parametrize("name", ["", "Locks", "锁", "x" * 100 + " y" * 20, "Two\nlines of it"])
def test_a_subtopic_is_one_short_line_of_two_words_or_more(name: str) -> None:
    assert not _check("subtopics_named", Beginner=[name, "Row locks", "Table locks"]).passed


def test_unspaced_scripts_have_words_too() -> None:
    assert _check("subtopics_named", Beginner=["行级锁定", "事务隔离", "死锁检测"]).passed


@pytest.mark.parametrize(
    "name", ["Overview of locks", "Lock basics", "General locking", "Misc. lock topics"]
)
def test_headings_are_not_concrete(name: str) -> None:
    assert not _check("subtopics_concrete", Beginner=[name, "Row locks", "Table locks"]).passed


def test_words_of_the_topic_itself_are_not_vague() -> None:
    names = ["General relativity tests", "Light bending", "Frame dragging"]

    assert _check("subtopics_concrete", "General relativity", Beginner=names).passed
    assert not _check("subtopics_concrete", "Physics", Beginner=names).passed


def test_a_subtopic_appears_once_over_all_levels() -> None:
    check = _check("subtopics_distinct", Beginner=["row  LOCKS", "Ab cd", "Ef gh"],
                   Advanced=["Row locks", "Ij kl", "Mn op"])  # fmt: skip

    assert check.detail.startswith('"Row locks" stands there twice')
