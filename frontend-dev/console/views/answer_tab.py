"""An answer as people read it: tables, lists, prose and highlighted code."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import assert_never

import streamlit as st

from console import passages
from console.answers import Block, Code, Heading, Listing, Prose, Table, blocks
from console.exercise import as_html, explanations_html
from console.parts import Assessment
from console.passages import Piece
from console.wire import Step
from console.words import laid_out

from . import markup, picker

TEXT_HEIGHT = 420
MOST_HIGHLIGHTED = 12_000
"""Characters; the browser takes too long to colour more."""


def draw(key: str, step: Step) -> None:
    """Draw an answer in the form of its step's; as it came where it does not have that.

    All its text is escaped. What is long is not gone through once more in the browser, as
    Streamlit's own HTML is: that takes longer than to draw it.
    """
    found = blocks(step)
    if not found:
        raw(step.response_full or step.response_preview)
    elif len(step.response_full) > MOST_HIGHLIGHTED:
        whole = f'<div class="aq-whole" tabindex="0">{_in_passages(map(_html, found))}</div>'
        picker.draw(f"{key}-whole-{step.answer}", whole)
    else:
        for part in _joined(found):
            if isinstance(part, Code):
                code(part.text, part.language)
            else:
                st.html(f'<div class="aq-blocks">{part}</div>')


def raw(text: str) -> None:
    """Show text as it is; JSON is laid out."""
    code(laid_out(text), "json" if text.lstrip()[:1] in {"{", "["} else "")


def code(text: str, language: str = "") -> None:
    """Show lines that keep their form; what is long scrolls in a place of its own."""
    if len(text) > MOST_HIGHLIGHTED:
        st.html(markup.long(text))
        return
    tall = text.count("\n") > 16 or len(text) > 1600
    st.code(
        text or " ",
        language=language or None,
        wrap_lines=True,
        height=TEXT_HEIGHT if tall else "content",
    )


def _joined(found: Iterable[Block]) -> Iterator[Code | str]:
    """Yield each code, and what is between two as one piece of HTML."""
    html = ""
    for block in found:
        if not isinstance(block, Code):
            html += _html(block)
            continue
        if html:
            yield html
        yield block
        html = ""
    if html:
        yield html


def _in_passages(blocks: Iterable[str]) -> str:
    """Return blocks in passages, each of as many as make it long enough."""
    groups: list[str] = [""]
    for block in blocks:
        if len(groups[-1]) > passages.LENGTH:
            groups.append("")
        groups[-1] += block
    return passages.gathered(groups)


def _html(block: Block) -> str:
    match block:
        case Heading():
            return f'<div class="aq-part" role="heading" aria-level="4">{escape(block.text)}</div>'
        case Prose():
            return f'<div class="aq-text">{passages.as_html([Piece(block.text)])}</div>'
        case Listing():
            entries = "".join(f"<li>{escape(item)}</li>" for item in block.items)
            return f'<ul class="aq-text">{entries}</ul>'
        case Table():
            return markup.table(block.head, block.rows, "aq-read")
        case Code():
            return f'<div class="aq-lines">{passages.as_html([Piece(block.text)])}</div>'
        case Assessment():
            return (
                markup.title(block.title, [])
                + as_html(block, marked=True)
                + explanations_html(block)
            )
    assert_never(block)
