"""The judge's findings beside the answer they are about, every quote marked where it stands."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import streamlit as st

from console import passages
from console.board import Board
from console.marking import Stretch, marked
from console.parts import Evidence, Quote, Reading
from console.passages import Piece
from console.places import Place
from console.wire import Step

from . import focus, markup, picker

TAB = "Evidence"
TIERS = {"weak": ("Weak-tier answer", 5), "mid": ("Mid-tier answer", 4)}
"""Whose answer is read, by its name in an address, and in which step it was given."""


class _Finding(NamedTuple):
    mistake: str
    body: str
    """What was found, as HTML."""
    rank: int = 0
    """The higher, the further up it stands."""


def draw(key: str, board: Board, place: Place, step: Step) -> None:
    """Draw one of the two answers and what was found in both."""
    tier = _chosen(f"{key}-tier-{step.answer}", place)
    answered = board.cards.get((place.attempt, TIERS[tier][1]))
    text = answered.result.response_full if answered and answered.result else ""
    html = as_html(step.evidence, text, weak=tier == "weak")
    picker.draw(f"{key}-evidence-{step.answer}-{tier}", html)


def _chosen(widget: str, place: Place) -> str:
    """Ask whose answer is read: that of the address, at first the weak one's."""
    focus.hold(widget, focus.tier(place.key), TIERS)
    st.session_state.setdefault(widget, "weak")
    chosen = st.segmented_control(
        "Answer read",
        list(TIERS),
        format_func=lambda tier: TIERS[tier][0],
        required=True,
        key=widget,
        on_change=_look_at,
        args=(widget, place),
        label_visibility="collapsed",
    )
    return chosen or "weak"


def _look_at(widget: str, place: Place) -> None:
    tier = st.session_state[widget] or ""
    focus.on(place.key, answer=place.answer, tab=focus.short(TAB), tier=tier)


def as_html(evidence: Sequence[Evidence], text: str, *, weak: bool) -> str:
    """Return the answer and the findings side by side; those with a quote in it are numbered."""
    quotes = [(entry.in_weak if weak else entry.in_mid).shown for entry in evidence]
    findings = [_Finding(entry.mistake, _both(entry), int(entry.separates)) for entry in evidence]
    return beside(text, quotes, findings)


def of_one(readings: Sequence[Reading], text: str, about: str) -> str:
    """Return one answer and what it shows side by side, of the mistake at hand first."""
    findings = [
        _Finding(
            each.mistake,
            f"<div>{markup.reading(each)}</div>",
            2 * (each.mistake == about) + (each.presence == "present"),
        )
        for each in readings
    ]
    return beside(text, [each.shown for each in readings], findings)


def beside(text: str, quotes: Sequence[Quote | None], findings: Sequence[_Finding]) -> str:
    """Return a text and findings side by side; those with a quote in it are numbered there."""
    stretches = marked(text, quotes)
    found = {number for stretch in stretches for number in stretch.numbers}
    body = (
        passages.as_html(map(_stretch, stretches)) or "<em>This answer is not part of the run.</em>"
    )
    rows = "".join(
        _row(number, finding, number in found)
        for number, finding in sorted(
            enumerate(findings, start=1), key=lambda each: (-each[1].rank, each[0])
        )
    )
    return (
        f'<div class="aq-beside"><div class="aq-text aq-judged" tabindex="0">{body}</div>'
        f'<ol class="aq-findings">{rows}</ol></div>'
    )


def _stretch(stretch: Stretch) -> Piece:
    if not stretch.numbers:
        return Piece(stretch.text)
    told, listed = (sign.join(map(str, stretch.numbers)) for sign in (", ", " "))
    number = f'<sup aria-label="finding {told}">{told}</sup>'
    mark = f'<mark data-number="{listed}">{escape(stretch.text)}{number}</mark>'
    return Piece(stretch.text, mark)


def _row(number: int, finding: _Finding, marked: bool) -> str:
    sign = f"<i>{number}</i>"
    if marked:
        where = f"Show the words of finding {number} in the answer"
        sign = (
            f'<button type="button" data-goes="{number}" title="{where}" aria-label="{where}">'
            f"{number}</button>"
        )
    return f"<li>{sign}<div><strong>{escape(finding.mistake)}</strong>{finding.body}</div></li>"


def _both(entry: Evidence) -> str:
    """Return what is found in both answers, the weak one's first."""
    return _judged("Weak-tier", entry.in_weak) + _judged("Mid-tier", entry.in_mid)


def _judged(whose: str, found: Reading) -> str:
    return f"<div><small>{whose}</small> {markup.reading(found)}</div>"
