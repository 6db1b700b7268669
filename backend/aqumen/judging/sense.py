"""Whether two nearly equal texts say the same."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from rapidfuzz.distance import OSA

from .tokens import Token, tokens

NEGATIONS = frozenset(
    """no not never none nothing nobody nowhere neither nor cannot without except unless hardly
    dont doesnt didnt isnt arent wasnt werent wont wouldnt shouldnt couldnt cant hasnt havent
    nicht kein keine nie ohne ne pas jamais sans non nunca nada
    \u274c \u2716 \u2717 \u2718 \U0001f6ab
    \u4e0d \u6ca1 \u6c92 \u975e \u672a \u65e0 \u7121 \u83ab \u522b \u5225""".split()  # noqa: SIM905
)
_SMALL = frozenset({"a", "an", "the", "that", "of", "to"})


def is_negation(token: Token) -> bool:
    """Return whether a token turns what follows into its opposite."""
    word = token.text.casefold().strip("_")
    return word in NEGATIONS or word.endswith("n't")


def same_sense(left: str, right: str) -> bool:
    """Return whether two texts differ in nothing but small words, punctuation and typing errors.

    Numbers, operators, identifiers and negations are the same, in the same order. A typing error
    is one letter, not the first, in a word of five or more: what makes `unsafe` of `safe`,
    `async` of `sync` or `decrease` of `increase` is none.
    """
    ours, theirs = _telling(left), _telling(right)
    matcher = SequenceMatcher(None, list(map(_key, ours)), list(map(_key, theirs)), autojunk=False)
    return all(
        kind == "equal" or _harmless(ours[i1:i2], theirs[j1:j2])
        for kind, i1, i2, j1, j2 in matcher.get_opcodes()
    )


def _telling(text: str) -> list[Token]:
    return [token for token in tokens(text) if token.kind != "mark" or is_negation(token)]


def _key(token: Token) -> str:
    return token.text.casefold() if _is_plain(token) else token.text


def _is_plain(token: Token) -> bool:
    """Return False for what looks like an identifier."""
    text = token.text
    cased = text.islower() or text.isupper() or text.istitle() or text == text.casefold()
    return token.kind == "word" and cased and "_" not in text and not _has_digit(text)


def _has_digit(text: str) -> bool:
    return any(char.isnumeric() for char in text)


def _harmless(ours: list[Token], theirs: list[Token]) -> bool:
    ours, theirs = list(_weighty(ours)), list(_weighty(theirs))
    return len(ours) == len(theirs) and all(map(_mistyped, ours, theirs))


def _weighty(run: list[Token]) -> Iterator[Token]:
    return (token for token in run if token.text.casefold() not in _SMALL)


def _mistyped(left: Token, right: Token) -> bool:
    ours, theirs = left.text.casefold(), right.text.casefold()
    if is_negation(left) or is_negation(right) or not (_is_plain(left) and _is_plain(right)):
        return False
    shorter = min(len(ours), len(theirs))
    return shorter >= 5 and ours[0] == theirs[0] and OSA.distance(ours, theirs) <= 1
