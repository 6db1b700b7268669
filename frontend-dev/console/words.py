"""How numbers and other people's text are written."""

import json
import re
from datetime import datetime

from .parsing import parse

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&^=\"'/@%])")


_ADDRESS = re.compile(
    r"(?P<address>\S*(?:://\S|www\.|\w@\S+\.\w)\S*?)(?P<end>[.,;:!?]*)", re.IGNORECASE
)
_PICTURE = re.compile(r":(?=[\w+-]+:)")
_JOINER = "\u2060"
"""Invisible; breaks the `:names:` that stand for pictures, which a backslash does not."""


def plain(text: str) -> str:
    """Return text as Markdown that looks like it, on one line, loads nothing and links nowhere.

    Addresses are shown as code: a backslash does not keep them from becoming links.
    """
    return " ".join(map(_plain_word, text.split()))


def _plain_word(word: str) -> str:
    found = _ADDRESS.fullmatch(word)
    if found is None:
        return _escaped(word)
    address = found["address"].replace("`", "'")
    return f"`{address}`{_escaped(found['end'])}"


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", _PICTURE.sub(f":{_JOINER}", text))


def duration(seconds: float) -> str:
    """Return seconds as people read them: `0.8 s`, `12 s`, `3 min 05 s`, `1 h 02 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def money(usd: float, *, estimated: bool = False) -> str:
    """Return dollars with as many digits as matter."""
    digits = 2 if usd >= 1 or usd == 0 else 3 if usd >= 0.01 else 4
    return f"{'≈ ' if estimated else ''}${usd:.{digits}f}"


def change(before: float, after: float) -> str:
    """Return how much more or less there is: `+12 %`, `-3 %`; empty where that says nothing."""
    if before <= 0 or after == before:
        return ""
    percent = round(100 * (after - before) / before)
    return f"{percent:+d} %" if abs(percent) < 1000 else f"{after / before:.0f} times"


def count(number: int) -> str:
    """Return a count in at most five characters: `950`, `12.3k`, `1.2M`."""
    if number < 1000:
        return str(number)
    if number < 999_950:
        return f"{number / 1000:.1f}k"
    return f"{number / 1_000_000:.1f}M"


def counted(number: int, noun: str) -> str:
    """Return a count with its noun: `1 call`, `3 calls`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def spoken(code: str) -> str:
    """Return an error code as words."""
    return code.replace("_", " ") or "no reason given"


def model_name(model: str) -> str:
    """Return a model id without region, vendor and version: `claude-haiku-4-5`."""
    name = re.split(r"[./]", model)[-1] if model else ""
    return re.sub(r"(-\d{8})?(-v\d+)?(:\d+)?$", "", name)


def laid_out(text: str) -> str:
    """Return JSON with a line for each of its parts, other text as it is."""
    try:
        return json.dumps(parse(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def file_name(text: str) -> str:
    """Return text as the middle of a file name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "run"


def ago(then: datetime, now: datetime) -> str:
    """Return how long ago a moment was: `just now`, `5 min ago`, `3 h ago`, `12 Nov`."""
    seconds = (now - then).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 86_400:
        return f"{int(seconds // 3600)} h ago"
    return f"{then.day} {then:%b}" if then.year == now.year else f"{then.day} {then:%b %Y}"
