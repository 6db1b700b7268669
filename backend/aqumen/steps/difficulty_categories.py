"""Ask which subtopics a topic has, by difficulty."""

from collections.abc import Iterator
from dataclasses import dataclass

from aqumen.events import Check
from aqumen.judging.names import key
from aqumen.material import Categories
from aqumen.models.request import JsonObject, Reply, Tool

from . import schema, words
from .checks import check, shown
from .contract import Ask, Outcome
from .reading import Form, read

_VAGUE = frozenset({"overview", "basics", "general", "misc", "miscellaneous"})
_LONGEST = 120


class _Levels(Form):
    Beginner: tuple[str, ...]
    Intermediate: tuple[str, ...]
    Advanced: tuple[str, ...]

    def named(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield "Beginner", self.Beginner
        yield "Intermediate", self.Intermediate
        yield "Advanced", self.Advanced

    def all(self) -> tuple[str, ...]:
        return self.Beginner + self.Intermediate + self.Advanced


def _level(who: str) -> JsonObject:
    return schema.several(schema.text("A concrete subtopic, two words or more."), 3, 5, who)


TOOL = Tool(
    name="difficulty_categories_tool",
    description="Record the subtopics of the topic, by difficulty.",
    schema=schema.record(
        Beginner=_level("For people in their first weeks with the topic."),
        Intermediate=_level("For people who use the topic in their work."),
        Advanced=_level("Where experienced people still go wrong."),
    ),
)


@dataclass(frozen=True, slots=True)
class DifficultyCategories:
    """Step 1."""

    topic: str

    def ask(self) -> Ask:
        """Return what to put to the model."""
        return Ask("difficulty_categories", {"topic": self.topic}, TOOL, max_tokens=2048)

    def accept(self, reply: Reply) -> Outcome[Categories]:
        """Check the subtopics."""
        return read(reply, _Levels, self._checks, _categories)

    def _checks(self, levels: _Levels) -> tuple[Check, ...]:
        subtopics = levels.all()
        return (
            check("three_levels", _miscounted(levels)),
            check("subtopics_named", _unnamed(subtopics)),
            check("subtopics_concrete", _vague(subtopics, words.plain(self.topic))),
            check("subtopics_distinct", _repeated(subtopics)),
        )


def _categories(levels: _Levels) -> Categories:
    return Categories(
        Beginner=levels.Beginner, Intermediate=levels.Intermediate, Advanced=levels.Advanced
    )


def _miscounted(levels: _Levels) -> Iterator[str]:
    for name, subtopics in levels.named():
        if not 3 <= len(subtopics) <= 5:
            yield f"{name} has {len(subtopics)} subtopics; give 3 to 5."


def _unnamed(subtopics: tuple[str, ...]) -> Iterator[str]:
    for subtopic in subtopics:
        if words.count(subtopic) < 2:
            yield f"{shown(subtopic)} has fewer than two words; say which part of it is meant."
        elif len(subtopic) > _LONGEST or not subtopic.isprintable():
            yield f"{shown(subtopic)} must be one line of at most {_LONGEST} characters."


def _vague(subtopics: tuple[str, ...], excused: frozenset[str]) -> Iterator[str]:
    """Words of the topic itself are excused: general relativity is nothing vague."""
    for subtopic in subtopics:
        for word in sorted(words.plain(subtopic) & _VAGUE - excused):
            yield f'{shown(subtopic)} is vague; name something concrete, without "{word}".'


def _repeated(subtopics: tuple[str, ...]) -> Iterator[str]:
    seen: set[str] = set()
    for subtopic in subtopics:
        if key(subtopic) in seen:
            yield f"{shown(subtopic)} stands there twice; every subtopic may appear once only."
        seen.add(key(subtopic))
