"""The judge's findings beside the answer they are about, every quote marked where it stands."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from console import passages
from console.board import Board
from console.marking import Stretch, marked
from console.parts import Evidence, Quote
from console.passages import Piece
from console.values import StepCard
from console.wire import Step

from . import markup, picker

TIERS = {"Weak-tier answer": 5, "Mid-tier answer": 4}
"""Whose answer is read, and in which step it was given."""
_WEAK = 5


def draw(key: str, board: Board, card: StepCard, step: Step) -> None:
    """Draw one of the two answers and what was found in both."""
    chosen = st.segmented_control(
        "Answer read",
        list(TIERS),
        default=next(iter(TIERS)),
        required=True,
        key=f"{key}-tier-{step.answer}",
        label_visibility="collapsed",
    )
    number = TIERS[chosen or next(iter(TIERS))]
    answered = board.cards.get((card.attempt, number))
    text = answered.result.response_full if answered and answered.result else ""
    picker.draw(f"{key}-evidence-{step.answer}", as_html(step.evidence, text, weak=number == _WEAK))


def as_html(evidence: Sequence[Evidence], text: str, *, weak: bool) -> str:
    """Return the answer and the findings side by side; those with a quote in it are numbered."""
    quotes = [entry.weak_quote if weak else entry.mid_quote for entry in evidence]
    stretches = marked(text, quotes)
    found = {number for stretch in stretches for number in stretch.numbers}
    body = (
        passages.as_html(map(_stretch, stretches)) or "<em>This answer is not part of the run.</em>"
    )
    rows = "".join(
        _finding(number, entry, number in found)
        for number, entry in sorted(
            enumerate(evidence, start=1), key=lambda each: (not each[1].separates, each[0])
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


def _finding(number: int, entry: Evidence, marked: bool) -> str:
    sign = f"<i>{number}</i>"
    if marked:
        where = f"Show the words of finding {number} in the answer"
        sign = (
            f'<button type="button" data-goes="{number}" title="{where}" aria-label="{where}">'
            f"{number}</button>"
        )
    weak = _judged("Weak-tier", entry.weak, entry.weak_quote, entry.weak_reason)
    mid = _judged("Mid-tier", entry.mid, entry.mid_quote, entry.mid_reason)
    return f"<li>{sign}<div><strong>{escape(entry.mistake)}</strong>{weak}{mid}</div></li>"


def _judged(whose: str, presence: str, quote: Quote | None, reason: str) -> str:
    return f"<div><small>{whose}</small> {markup.presence(presence, quote, reason)}</div>"
