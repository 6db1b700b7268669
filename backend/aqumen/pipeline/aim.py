"""What a run's question is to be about: the caller's choice, or one of step 1's."""

import random

from aqumen.events import Difficulty
from aqumen.material import Aim, Categories
from aqumen.order import Order

_LEVELS: tuple[Difficulty, ...] = ("Beginner", "Intermediate", "Advanced")


def aim_of(order: Order, categories: Categories, seed: str) -> Aim:
    """Return the aim; what the order leaves open is drawn from the categories, by the seed."""
    if order.subtopic is not None:
        chosen = order.difficulty or _level_of(order.subtopic, categories)
        return Aim(topic=order.topic, difficulty=chosen, subtopic=order.subtopic)
    draw = random.Random(f"aim {seed}")  # noqa: S311 - a choice among subtopics, not a secret
    drawn = draw.choice(_LEVELS)
    level = order.difficulty or drawn
    return Aim(topic=order.topic, difficulty=level, subtopic=draw.choice(categories.of(level)))


def _level_of(subtopic: str, categories: Categories) -> Difficulty:
    for level in _LEVELS:
        if subtopic in categories.of(level):
            return level
    return "Intermediate"
