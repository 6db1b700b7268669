"""What a run's question is to be about."""

from hypothesis import given
from hypothesis import strategies as st

from aqumen.material import Categories
from aqumen.order import Order
from aqumen.pipeline.aim import aim_of

CATEGORIES = Categories(
    Beginner=("first steps", "simple loops"),
    Intermediate=("nested loops", "early exits"),
    Advanced=("loop fusion", "loop tiling"),
)


@given(st.text())
def test_what_is_left_open_is_drawn_from_the_categories_by_the_seed(seed: str) -> None:
    aim = aim_of(Order(topic="loops"), CATEGORIES, seed)

    assert aim.subtopic in CATEGORIES.of(aim.difficulty)
    assert aim == aim_of(Order(topic="loops"), CATEGORIES, seed)


def test_different_runs_draw_different_subtopics() -> None:
    drawn = {aim_of(Order(topic="loops"), CATEGORIES, f"run {n}").subtopic for n in range(100)}

    assert len(drawn) == 6


def test_expert_draws_from_the_advanced_ones() -> None:
    aim = aim_of(Order(topic="loops", difficulty="Expert"), CATEGORIES, "seed")

    assert aim.difficulty == "Expert"
    assert aim.subtopic in CATEGORIES.Advanced


def test_a_chosen_subtopic_brings_its_level_along() -> None:
    aim = aim_of(Order(topic="loops", subtopic="loop tiling"), CATEGORIES, "seed")

    assert (aim.subtopic, aim.difficulty) == ("loop tiling", "Advanced")


def test_an_unknown_subtopic_is_intermediate_unless_said() -> None:
    assert (
        aim_of(Order(topic="loops", subtopic="odd"), CATEGORIES, "s").difficulty == "Intermediate"
    )
    chosen = Order(topic="loops", subtopic="odd", difficulty="Beginner")
    assert aim_of(chosen, CATEGORIES, "s").difficulty == "Beginner"
