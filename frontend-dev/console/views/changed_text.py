"""Texts beside one another with their changed words marked, as HTML."""

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from console.diff import Piece, Row, Skipped, rows, shortened
from console.words import counted


def draw(before: str, after: str, names: tuple[str, str]) -> None:
    """Draw what differs, with a few lines around it."""
    if before == after:
        st.caption("Both read the same.")
        return
    st.html(as_html(shortened(rows([before, after])), names))


def as_html(found: Iterable[Row | Skipped], names: Sequence[str]) -> str:
    """Return texts side by side, each under its name; the first is what the others changed."""
    cells = "".join(map(_row, found))
    heads = "".join(f"<b>{escape(name)}</b>" for name in names)
    return f'<div class="aq-diff" style="--runs:{len(names)}"><div>{heads}</div>{cells}</div>'


def _row(row: Row | Skipped) -> str:
    if isinstance(row, Skipped):
        return f"<p>{counted(row.lines, 'line')} the same</p>"
    cells = (
        f"<div>{''.join(_piece(piece, number) for piece in cell)}</div>"
        for number, cell in enumerate(row.cells)
    )
    return f"<div>{''.join(cells)}</div>"


def _piece(piece: Piece, number: int) -> str:
    text = escape(piece.text)
    if not piece.changed:
        return text
    return f"<ins>{text}</ins>" if number else f"<del>{text}</del>"
