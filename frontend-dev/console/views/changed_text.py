"""Two texts beside one another with their changed words marked, as HTML."""

from html import escape

import streamlit as st

from console.diff import Piece, Row, Skipped, rows, shortened
from console.words import counted


def draw(before: str, after: str, names: tuple[str, str]) -> None:
    """Draw what differs, with a few lines around it."""
    if before == after:
        st.caption("Both read the same.")
        return
    heads = "".join(f"<b>{escape(name)}</b>" for name in names)
    body = "".join(map(_row, shortened(rows([before, after]))))
    st.html(f'<div class="aq-diff"><div>{heads}</div>{body}</div>')


def _row(row: Row | Skipped) -> str:
    if isinstance(row, Skipped):
        return f"<p>{counted(row.lines, 'line')} the same</p>"
    cells = (
        f"<div>{''.join(_piece(piece, mark) for piece in cell)}</div>"
        for cell, mark in zip(row.cells, ("del", "ins"), strict=True)
    )
    return f"<div>{''.join(cells)}</div>"


def _piece(piece: Piece, mark: str) -> str:
    text = escape(piece.text)
    return f"<{mark}>{text}</{mark}>" if piece.changed else text
