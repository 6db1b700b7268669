"""The timeline: a waterfall of every model call, and what the money went to."""

from functools import partial
from html import escape
from itertools import groupby

import streamlit as st

from console.bill import Item, items
from console.board import Board
from console.lanes import superseded
from console.places import Place
from console.values import Spent
from console.watch import Watch
from console.waterfall import Bar, bars
from console.words import count, duration, model_name, money, spoken

from . import focus, picker, rail

_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400)
"""Seconds between two marks of the line of time."""
_MOST_TICKS = 7
_LEGEND = {
    "waits": "waits for the first token",
    "writes": "writes",
    "fails": "a try that failed",
    "pause": "waits to try again",
}
_BILL = ("Step", "Calls", "Tokens in", "Cached", "Tokens out", "Cost", "Share")


def draw(watch: Watch, board: Board) -> None:
    """Draw the waterfall and the bill."""
    found = bars(board, watch.now())
    if found:
        html = waterfall_html(watch.run_id, board, found)
        picker.draw("waterfall", html, partial(rail.pick, watch.run_id, board))
    else:
        st.caption("No model has been called.")
    if any(card.reused for card in board.cards.values()):
        st.caption("Answers that are another run's took no calls here.")
    if costs := items(board):
        st.html(bill_html(costs, board.spent))


def waterfall_html(run_id: str, board: Board, found: tuple[Bar, ...]) -> str:
    """Return the calls as rows of HTML, each a way to its step, by attempt."""
    whole = max(0.1, *(bar.end for bar in found))
    names = "".join(f'<span class="aq-{key}">{name}</span>' for key, name in _LEGEND.items())
    rows = [f'<div class="aq-legend">{names}</div>', _axis(whole)]
    for attempt, calls in groupby(found, key=lambda bar: bar.key[0]):
        inside = "".join(
            _row(run_id, bar, whole, superseded=superseded(board, bar.key)) for bar in calls
        )
        rows.append(f'<div class="aq-calls"><b>Attempt {attempt}</b>{inside}</div>')
    return f'<div class="aq-waterfall">{"".join(rows)}</div>'


def _axis(whole: float) -> str:
    apart = next((step for step in _TICKS if whole / step <= _MOST_TICKS), whole)
    marks = [apart * number for number in range(int(whole / apart) + 1)]
    spans = "".join(f'<i style="left:{_share(at, whole)}">{duration(at)}</i>' for at in marks)
    return f'<div class="aq-axis"><span></span><div>{spans}</div></div>'


def _row(run_id: str, bar: Bar, whole: float, *, superseded: bool) -> str:
    name = rail.NAMES[bar.key[1] - 1]
    which = ", ".join(part for part in _which(bar) if part != "answer 1")
    about = f"<small>{escape(which)}</small>" if which else ""
    old = ' class="aq-old"' if superseded else ""
    said = escape(_said(bar, name))
    return (
        f'<button type="button"{old} data-pick="{Place(*bar.key)}" title="{said}"'
        f' data-shows="{escape(focus.card(run_id, bar.key))}" aria-label="{said}">'
        f"<span>{bar.key[1]} {name} {about}</span>"
        f"<div>{_pieces(bar, whole)}</div><em>{duration(bar.end - bar.begun)}</em></button>"
    )


def _pieces(bar: Bar, whole: float) -> str:
    pieces = ""
    for failure in bar.failures:
        pieces += _piece("fails", failure.start, failure.end, whole)
        pieces += _piece("pause", failure.end, min(failure.again, bar.start), whole)
    if bar.first is None:
        return pieces + _piece("live" if bar.live else "writes", bar.start, bar.end, whole)
    pieces += _piece("waits", bar.start, bar.first, whole)
    return pieces + _piece("writes", bar.first, bar.end, whole)


def _piece(kind: str, start: float, end: float, whole: float) -> str:
    place = f"left:{_share(start, whole)};width:{_share(max(end - start, 0), whole)}"
    return f'<i class="aq-{kind}" style="{place}"></i>'


def _share(seconds: float, whole: float) -> str:
    return f"{100 * min(max(seconds / whole, 0), 1):.2f}%"


def _said(bar: Bar, name: str) -> str:
    """Return all that the bar shows as a sentence, for those who do not see it."""
    attempt, number = bar.key
    parts = [
        f"Step {number}, {name}, attempt {attempt}",
        *_which(bar),
        model_name(bar.model),
        f"begins at {duration(bar.begun)}",
        *(f"try failed after {duration(f.end - f.start)}: {spoken(f.code)}" for f in bar.failures),
        f"first token after {duration(bar.first - bar.start)}" if bar.first is not None else "",
        "goes on" if bar.live else f"ends at {duration(bar.end)}",
        money(bar.cost_usd) if bar.cost_usd else "",
    ]
    return ", ".join(part for part in parts if part)


def _which(bar: Bar) -> list[str]:
    """Return which call of its step it is."""
    # The step's own name says whose answer it is.
    name = bar.name.removeprefix(f"{rail.NAMES[bar.key[1] - 1].lower()} answer, ")
    return [part for part in (f"answer {bar.answer}" if bar.answer else "", name) if part]


def bill_html(costs: tuple[Item, ...], total: Spent) -> str:
    """Return what each step took as a table, its last row the sum."""
    rows = "".join(_paid(_bill_name(item), item.spent, item.share) for item in costs)
    head = "".join(f"<th>{name}</th>" for name in _BILL)
    whole = _paid("Whole run", total, 1.0 if total.cost_usd else 0.0)
    table = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody><tfoot>{whole}</tfoot>"
    return f'<div class="aq-wide"><table class="aq-table aq-figures aq-bill">{table}</table></div>'


def _bill_name(item: Item) -> str:
    if item.number is None:
        return "Calls without an answer"
    return f"{item.number} {rail.NAMES[item.number - 1]}"


def _paid(name: str, spent: Spent, share: float) -> str:
    usage = spent.usage
    cells = (
        name,
        str(spent.calls),
        count(usage.input_tokens),
        count(usage.cache_read_tokens + usage.cache_write_tokens),
        count(usage.output_tokens),
        money(spent.cost_usd, estimated=spent.estimated),
    )
    meter = f'<div class="aq-meter" title="{share:.0%}"><i style="width:{share:.1%}"></i></div>'
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}<td>{meter}</td></tr>"
