"""The words of a text that carry its subject."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from aqumen.judging.tokens import Token, tokens

_STOP_WORDS = frozenset(
    re.findall(
        r"[a-z]+",
        """
        a about above after again all also am an and any are as at be because been before being
        below between both but by can cannot could did do does doing down during each few for
        from further get gets had has have having he her here hers him his how i if in into is
        it its itself just let may me might more most must my no nor not of off on once one only
        or other our out over own same she should so some such than that the their them then
        there these they this those through to too under until up use used uses using very was
        we were what when where which while who whom why will with without would you your
        """,
    )
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+")


def count(text: str) -> int:
    """Return how many words a text has; two characters of an unspaced script count as one."""
    kinds = [token.kind for token in tokens(text)]
    return sum(kind in {"word", "number"} for kind in kinds) + kinds.count("character") // 2


def plain(text: str) -> frozenset[str]:
    """Return the words of a text as they stand, case-folded."""
    return frozenset(token.text.casefold() for token in tokens(text) if token.kind == "word")


def content(text: str) -> frozenset[str]:
    """Return the content words of a text: case-folded, singular, stop words left out.

    Identifiers count as the words they are made of; unspaced scripts as pairs of characters.
    """
    pieces = list(tokens(text))
    spaced = {
        word for token in pieces if token.kind in {"word", "number"} for word in _parts(token.text)
    }
    return frozenset(spaced | set(_pairs(pieces)))


@lru_cache(maxsize=4096)
def _parts(token: str) -> tuple[str, ...]:
    """Return the content words in a token; texts say the same few thousand over and over."""
    words = (_singular(part.casefold()) for part in _CAMEL.split(token))
    return tuple(word for word in words if len(word) > 1 and word not in _STOP_WORDS)


def _singular(word: str) -> str:
    word = word.removesuffix("'s")
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")


def _pairs(pieces: list[Token]) -> Iterator[str]:
    for left, right in pairwise(pieces):
        if left.kind == right.kind == "character" and left.end == right.start:
            yield left.text + right.text
