"""What the simulated models know of one topic, as written in its TOML file."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

_HERE = Path(__file__).parent


class BadScript(ValueError):
    """A content file that cannot be used; says which and why."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Categories(_Part):
    """The subtopics step 1 gives."""

    Beginner: tuple[str, ...]
    Intermediate: tuple[str, ...]
    Advanced: tuple[str, ...]


class Entry(_Part):
    """One mistake of the catalog step 2 gives."""

    key: str
    """What the rest of the file calls it."""
    mistake: str
    why_wrong: str
    match_hint: str
    impact: Literal["Minor", "Moderate", "Major"]
    domain_specific: bool
    likelihood_strong_avoids: float
    likelihood_weak_makes: float
    avoided: str = ""
    """Why a judge finds that it was not made, in any answer of the topic."""


class Misquote(_Part):
    """A judge's slip: it claims a mistake with words that are not in the answer."""

    mistake: str
    seen: str
    """Words of the answer that lead it to the claim."""
    quote: str


class Written(_Part):
    """An answer of step 4 or 5, and what a judge can find in it."""

    text: str
    score: int = Field(ge=1, le=10)
    quotes: Mapping[str, str] = {}
    """By the mistake's key: words of the text that show that it was made."""
    misquotes: tuple[Misquote, ...] = ()
    remarks: Mapping[str, str] = {}
    """By the mistake's key: why a judge finds that it was not made."""

    @property
    def ending(self) -> str:
        """The last paragraph."""
        return self.text.rpartition("\n")[2]

    @model_validator(mode="after")
    def _quotes_stand_in_the_text(self) -> Self:
        for quote in (*self.quotes.values(), *(each.seen for each in self.misquotes)):
            if quote not in self.text:
                raise ValueError(f"not in the answer: {quote!r}")
        for each in self.misquotes:
            if each.quote in self.text:
                raise ValueError(f"a misquote that is in the answer: {each.quote!r}")
        return self


class Flaw(_Part):
    """One error of an exercise."""

    id: str
    mistake: str
    description: str


class Exercise(_Part):
    """An answer of step 7."""

    title: str
    content_type: str
    content: str
    """The lines, spans marked with `<<` and `>>`."""
    errors: tuple[Flaw, ...]


class Attempt(_Part):
    """One question of step 3 and all that comes of it."""

    title: str
    question_text: str
    context: str
    artifact_type: str
    requirements: tuple[str, ...]
    success_criteria: tuple[str, ...]
    mid: Written
    weak: Written
    exercise: Exercise | None = None
    """None where nothing is left to show: both answers avoid everything."""
    refused_exercise: Exercise | None = None
    """Given first, and only then the right one."""

    @property
    def marker(self) -> str:
        """The part of the title by which it is found in a prompt, whatever the topic."""
        return self.title.partition("{{")[0].strip()


class Script(_Part):
    """A topic's whole content."""

    name: str
    match: tuple[tuple[str, ...], ...] = ()
    """Groups of words; a topic in which all words of a group begin a word is this one."""
    catalog_comes_short: bool = False
    """Whether the first answer of step 2 lacks the last entry."""
    categories: Categories
    mistakes: tuple[Entry, ...] = Field(min_length=6, max_length=6)
    attempts: tuple[Attempt, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _mistakes_are_known(self) -> Self:
        known = {entry.key for entry in self.mistakes}
        unknown = sorted(set(self._mentioned()) - known)
        if unknown:
            raise ValueError(f"mistakes without an entry: {', '.join(unknown)}")
        return self

    def _mentioned(self) -> Iterator[str]:
        for attempt in self.attempts:
            for written in (attempt.mid, attempt.weak):
                yield from written.quotes
                yield from written.remarks
                yield from (each.mistake for each in written.misquotes)
            for exercise in (attempt.exercise, attempt.refused_exercise):
                yield from (flaw.mistake for flaw in exercise.errors) if exercise else ()


def load(path: Path) -> Script:
    """Read one content file; raises BadScript."""
    try:
        return Script.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError, OSError, UnicodeDecodeError) as exc:
        raise BadScript(f"{path.name}: {exc}") from exc


@cache
def authored() -> tuple[Script, ...]:
    """The topics with content of their own; read once. Raises BadScript."""
    return _all("topics")


@cache
def generic() -> tuple[Script, ...]:
    """The content that fits any topic, with `{{topic}}` where it stands; read once."""
    return _all("generic")


def _all(folder: str) -> tuple[Script, ...]:
    scripts = tuple(map(load, sorted((_HERE / folder).glob("*.toml"))))
    if not scripts:
        raise BadScript(f"there is no content in {folder}")
    return scripts
