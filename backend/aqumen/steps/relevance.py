"""Whether an error of an assessment is about the mistake it names."""

from collections.abc import Iterable

from aqumen.material import VerifiedMistake

from . import words


def shows(texts: Iterable[str], verified: VerifiedMistake) -> bool:
    """Return whether a text of these shares two content words with a name, hint or quote.

    Where these have only one, or none, that many are enough.
    """
    mistake = verified.mistake
    theirs = words.content(f"{mistake.mistake}\n{mistake.match_hint}\n{verified.quote}")
    return any(len(words.content(text) & theirs) >= min(2, len(theirs)) for text in texts)
