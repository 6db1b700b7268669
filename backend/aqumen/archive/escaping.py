"""Text of models and users, as Markdown in which nothing of theirs is markup."""

import re

_MARKUP = re.compile(r"[\\`*_\[\]<>&|#~!$@]|(?<=\w):(?=\S)|(?<=www)\.", re.IGNORECASE)
"""What may be markup in the middle of a line; the last two begin links in GitHub's Markdown."""
_SPACE = re.compile(r"\s+")
_TICKS = re.compile(r"`+")
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""What some readers take for the end of a line, and others do not."""


def plain(text: str) -> str:
    """Return text for the middle of a line or the cell of a table: one line, no markup.

    It is not to stand at the beginning of a line, where more characters mean something.
    """
    return _MARKUP.sub(r"\\\g<0>", _SPACE.sub(" ", text.replace("\0", "\ufffd")).strip())


def code(text: str) -> str:
    """Return text as code within a line."""
    line = _SPACE.sub(" ", text.replace("\0", "\ufffd")).strip()
    if not line:
        return "(empty)"
    fence = "`" * (_longest(line) + 1)
    return (
        f"{fence} {line} {fence}" if line[0] == "`" or line[-1] == "`" else f"{fence}{line}{fence}"
    )


def block(text: str) -> str:
    """Return text as a block of code, behind a fence longer than any in it."""
    lines = _LINE_ENDS.sub("\n", text.replace("\0", "\ufffd")).strip("\n")
    fence = "`" * max(3, _longest(lines) + 1)
    return f"{fence}text\n{lines}\n{fence}"


def _longest(text: str) -> int:
    return max((len(ticks) for ticks in _TICKS.findall(text)), default=0)
