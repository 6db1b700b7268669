"""Which parts of a prompt were filled into its template."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a prompt."""

    text: str
    name: str = ""
    """The placeholder it was filled in for; empty for the template's own words."""


def filled(prompt: str, template: str) -> tuple[Part, ...] | None:
    """Return the prompt in parts, in order and whole; None if it was not made of this template.

    The template's own words are looked for one after the other, together with the values that are
    known by then. A key that nobody can guess stands around what others wrote, so that none of it
    passes for the words behind it.
    """
    rest = _taken_apart(template)
    values: dict[str, str] = {}
    found: list[Part] = []
    at, sought = 0, ""
    while True:
        known = list(_known(rest, values))
        rest = rest[len(known) :]
        words = "".join(part.text for part in known)
        start = _place(words, prompt, at, free=bool(sought), last=not rest)
        if start is None:
            return None
        if sought:
            values[sought] = prompt[at:start]
            found.append(Part(values[sought], sought))
        found += known
        at = start + len(words)
        if not rest:
            return tuple(part for part in found if part.text)
        sought = "" if rest[0].name in values else rest.pop(0).name


def _taken_apart(template: str) -> list[Part]:
    """Return the template's own words and its placeholders, which have no text yet, in turn."""
    pieces = _PLACEHOLDER.split(template)
    return [
        Part("", piece) if number % 2 else Part(piece)
        for number, piece in enumerate(pieces)
        if piece
    ]


def _known(parts: Sequence[Part], values: Mapping[str, str]) -> Iterator[Part]:
    """Yield the first parts, up to a placeholder whose value is not known."""
    for part in parts:
        if part.name and part.name not in values:
            return
        yield Part(values[part.name], part.name) if part.name else part


def _place(words: str, prompt: str, at: int, *, free: bool, last: bool) -> int | None:
    """Return where the words stand: at `at`, or `free` behind it; the last ones at the end."""
    end = len(prompt) - len(words)
    if free and not last:
        place = prompt.find(words, at) if words else -1
        return place if place >= 0 else None
    if (last and end < at) or (last and not free and end != at):
        return None
    place = end if last else at
    return place if prompt.startswith(words, place) else None
