"""How a topic is recognised, and how it may be spoken of inside an answer."""

import re
import unicodedata

from .script import Script

LONGEST = 48
"""Characters of a topic that are ever repeated; names and quotes of generic content are longer."""

_FAULT = re.compile(r"#fault=\S*")
_ANGLES = str.maketrans({"<": "\u2039", ">": "\u203a"})
# Words that ask for error spotting or give an exercise away, alone or together with others.
_TELLTALE = re.compile(
    r"\b(?:bugs?|mistakes?|flaws?|wrong|incorrect|fixme|error\s+here)\b", re.IGNORECASE
)
_ASKING = re.compile(
    r"\b(?:find|spot|locate|identify|hunt|point|fix|correct|debug|buggy|faulty|flawed|erroneous"
    r"|intentional|deliberate)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"error|code|snippet|implementation|program|function|query|script|solution|proof|draft",
    re.IGNORECASE,
)


def bare(topic: str) -> str:
    """Return the topic without what the simulator's faults read in it."""
    return " ".join(_FAULT.sub(" ", topic).split())


def spoken(topic: str) -> str:
    """Return the topic as a text may repeat it: short, printable, without markers or orders."""
    plain = "".join(
        char if char.isprintable() else " "
        for char in unicodedata.normalize("NFC", bare(topic)).translate(_ANGLES)
    )
    plain = " ".join(plain.replace("{{", "{ {").replace("}}", "} }").split())
    if not plain or _tells(plain):
        return "the chosen topic"
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 3].rstrip()}..."


def _tells(plain: str) -> bool:
    asks = _ASKING.search(plain) is not None and _ASKED.search(plain) is not None
    return asks or _TELLTALE.search(plain) is not None


def fits(topic: str, script: Script) -> int:
    """Return how many words of the script's best group the topic holds; 0 if no group fits."""
    folded = bare(topic).casefold()
    return max((len(group) for group in script.match if _all_in(group, folded)), default=0)


def _all_in(group: tuple[str, ...], folded: str) -> bool:
    return all(_stands_in(word, folded) for word in group)


def _stands_in(word: str, folded: str) -> bool:
    """Look for the beginning of a word, or for the whole of one as short as `sql`."""
    end = r"(?!\w)" if len(word) <= 3 else ""
    return re.search(rf"(?<!\w){re.escape(word)}{end}", folded) is not None
