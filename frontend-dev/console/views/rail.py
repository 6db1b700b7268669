"""The rail: every attempt a lane, every step a place in it that leads to its card."""

from functools import partial
from html import escape

from console.board import Board
from console.lanes import Lane, lanes
from console.places import SHARED, Key, Place
from console.values import StepCard, StepState

from . import focus, markup, picker, unfolded

NAMES = ("Categories", "Catalog", "Question", "Mid-tier", "Weak-tier", "Judge", "Assessment")

_SIGNS: dict[StepState, str] = {
    "running": "●",
    "asking again": "↻",
    "passed": "✓",
    "failed": "✗",
    "stopped": "-",
}


def draw(run_id: str, board: Board) -> None:
    """Draw the lanes; a step that is picked is opened and brought into view."""
    at = focus.step()
    shows = focus.card(run_id, at) if at in board.cards and at is not None else ""
    html, picked = as_html(run_id, board), partial(pick, run_id, board)
    picker.draw("rail", html, picked, shows=picker.Linked(run_id, shows), at=at)


def pick(run_id: str, board: Board, picked: Key, _opens: bool) -> None:
    """Show the steps, one card open and the others closed."""
    unfolded.only(run_id, board.cards, picked)
    focus.turn_to(focus.STEPS)


def as_html(run_id: str, board: Board) -> str:
    """Return the lanes as HTML."""
    head = "".join(f"<span>{name}</span>" for name in NAMES)
    rows = "".join(_lane(run_id, board, lane) for lane in lanes(board))
    return f'<div class="aq-lanes"><div class="aq-lanes-head"><span></span>{head}</div>{rows}</div>'


def _lane(run_id: str, board: Board, lane: Lane) -> str:
    name = f"Attempt {lane.attempt}"
    cells = "<span></span>" * (len(NAMES) - len(lane.cells))
    for number, card in lane.cells:
        cells += _cell(run_id, card, _tone(board, card)) if card else _to_come(number)
    old = " aq-old" if lane.superseded else ""
    inside = f"<b>{name}</b>{cells}"
    return f'<div class="aq-lane{old}" role="group" aria-label="{name}">{inside}</div>'


def _to_come(number: int) -> str:
    return f'<i title="Step {number}, {NAMES[number - 1]}: not begun">{number}</i>'


def _cell(run_id: str, card: StepCard, tone: markup.Tone) -> str:
    key = (card.attempt, card.number)
    name = NAMES[card.number - 1]
    said = f"Step {card.number}, {name}, attempt {card.attempt}: {card.state}"
    shared = " aq-shared" if card.number <= SHARED else ""
    classes = f"aq-{tone}{' aq-busy' if card.live else ''}{shared}"
    return (
        f'<button type="button" class="{classes}" data-pick="{Place(*key)}"'
        f' data-shows="{escape(focus.card(run_id, key))}" title="{said}" aria-label="{said}">'
        f"{_SIGNS[card.state]} {card.number}</button>"
    )


def _tone(board: Board, card: StepCard) -> markup.Tone:
    tone = markup.STEP_TONES[card.state]
    blamed = board.trouble is not None and board.trouble.step_number == card.number
    return "warn" if blamed and tone == "good" and card.attempt == board.attempt else tone
