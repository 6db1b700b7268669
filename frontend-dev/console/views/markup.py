"""Small pieces of HTML in which other people's text is text."""

from collections.abc import Iterable
from html import escape
from typing import Literal

from console import passages
from console.parts import Check, Quote, Reading
from console.passages import Piece
from console.values import StepState
from console.wire import Status

Tone = Literal["good", "bad", "warn", "calm", "none"]

STATUS_WORDS: dict[Status, tuple[str, Tone]] = {
    "queued": ("Waiting for room", "calm"),
    "running": ("Running", "calm"),
    "succeeded": ("Question ready", "good"),
    "no_question": ("No question", "warn"),
    "failed": ("Failed", "bad"),
    "cancelled": ("Cancelled", "warn"),
}

PRESENCE: dict[str, tuple[str, Tone]] = {
    "present": ("made", "bad"),
    "absent": ("avoided", "good"),
    "missing": ("unclear", "none"),
    "disputed": ("disputed", "warn"),
}

STEP_TONES: dict[StepState, Tone] = {
    "running": "calm",
    "asking again": "warn",
    "passed": "good",
    "failed": "bad",
    "stopped": "none",
}


def tag(text: str, tone: Tone) -> str:
    """Return a small pill."""
    return f'<span class="aq-tag aq-{tone}">{escape(text)}</span>'


_OTHER_ENDS = {"categories": "Categories ready", "rejudge": "Judged again"}
"""What runs that make no question have come to, by kind, when they succeed."""


def status(status: str, kind: str = "full") -> tuple[str, Tone]:
    """Return a status in words, with its tone; one we do not know stands for itself."""
    if status == "succeeded" and kind in _OTHER_ENDS:
        return _OTHER_ENDS[kind], "good"
    known = {name: said for name, said in STATUS_WORDS.items() if name == status}
    return next(iter(known.values()), (status, "none"))


def strip(figures: Iterable[tuple[str, str, str]]) -> str:
    """Return a row of figures: name, value, and a smaller addition to it."""
    cells = (
        f"<div><i>{escape(name)}</i><b>{escape(value)}</b> <small>{escape(more)}</small></div>"
        for name, value, more in figures
    )
    return f'<div class="aq-strip">{"".join(cells)}</div>'


def title(text: str, tags: Iterable[str], about: Iterable[str] = ()) -> str:
    """Return a heading with pills beside it and a small line below; both are HTML already."""
    below = " · ".join(about)
    line = f'<div class="aq-about">{below}</div>' if below else ""
    head = f'<span class="aq-title">{escape(text)}</span>{"".join(tags)}'
    return f'<div class="aq-head" role="heading" aria-level="2">{head}</div>{line}'


def verdict(title: str, lines: Iterable[str], tone: Tone) -> str:
    """Return a marked block: a title and what there is to say."""
    said = "".join(f"<div>{escape(line)}</div>" for line in lines if line)
    return f'<div class="aq-verdict aq-{tone}"><b>{escape(title)}</b>{said}</div>'


def group(title: str, note: str) -> str:
    """Return the heading of a group of cards."""
    return f'<div class="aq-group"><b>{escape(title)}</b><span>{escape(note)}</span></div>'


def checks(found: Iterable[Check]) -> str:
    """Return checks as a list, those that failed first."""
    rows = sorted(found, key=lambda check: check.passed)
    return f'<div class="aq-checks">{"".join(_check(row) for row in rows)}</div>'


def _check(check: Check) -> str:
    tone, sign, said = ("good", "✓", "passed") if check.passed else ("bad", "✗", "failed")
    return (
        f'<div><b class="aq-{tone}" aria-label="{said}">{sign}</b>'
        f"<code>{escape(check.name)}</code><span>{escape(check.detail)}</span></div>"
    )


def presence(presence: str, quote: Quote | None, reason: str) -> str:
    """Return whether an answer makes a mistake, the words that show it and the judge's reason."""
    return f"{tag(*PRESENCE.get(presence, (presence, 'none')))}{_shown(quote, reason)}"


def _shown(quote: Quote | None, reason: str) -> str:
    said = f"<q>{escape(quote.text)}</q>" if quote and quote.text else ""
    return f"{said}<em>{escape(reason)}</em>" if reason else said


def reading(found: Reading) -> str:
    """Return what an answer shows of a mistake; of two judges, also what each of them finds.

    Where both say the same, it is said once.
    """
    if not found.judges:
        return presence(found.presence, found.quote, found.reason)
    agreed = len({said.presence for said in found.judges}) == 1
    told = [
        _shown(said.quote, said.reason)
        if agreed
        else presence(said.presence, said.quote, said.reason)
        for said in found.judges
    ]
    each = "".join(
        f"<div><small>Judge {number}</small> {said}</div>" for number, said in enumerate(told, 1)
    )
    return f"{tag(*PRESENCE.get(found.outcome, (found.outcome, 'none')))}{each}"


def long(text: str) -> str:
    """Return text that keeps its form and scrolls in a place of its own."""
    return f'<div class="aq-long" tabindex="0">{passages.as_html([Piece(text)])}</div>'


def table(head: Iterable[str], rows: Iterable[Iterable[str]], kind: str = "aq-figures") -> str:
    """Return a table of texts: of figures, or one to read."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    table = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="aq-wide"><table class="aq-table {kind}">{table}</table></div>'


def columns(parts: Iterable[tuple[str, str, str]]) -> str:
    """Return short texts side by side: a small line, a title and what there is to say."""
    cells = (
        f"<div><i>{escape(above)}</i><b>{escape(title)}</b><div>{escape(said)}</div></div>"
        for above, title, said in parts
    )
    return f'<div class="aq-columns">{"".join(cells)}</div>'
