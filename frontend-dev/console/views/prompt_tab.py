"""A prompt, with what was filled into its template marked."""

from collections.abc import Iterator, Sequence
from html import escape

import streamlit as st

from console import passages
from console.errors import ConsoleError
from console.filling import Part
from console.passages import Piece
from console.places import Place
from console.replies import PinnedPrompt
from console.watch import Watch
from console.wire import Step
from console.words import count, plain

from . import answer_tab, pages, trouble

_KEY = "key"
"""The placeholder for the word that marks data as such: filled in, but nobody's text."""


def draw(key: str, watch: Watch, step: Step) -> None:
    """Draw the prompt of an answer; of one of its calls, where there were several."""
    prompt = _chosen(key, step)
    if watch.over:
        st.page_link(
            pages.PROMPTS,
            label="Try another prompt here",
            icon=":material/edit_note:",
            query_params={"run": watch.run_id, "step": str(Place(step.attempt, step.step_number))},
        )
    try:
        prompts = watch.prompts()
    except ConsoleError as exc:
        trouble.say(exc, "What was filled in cannot be marked.")
        answer_tab.code(prompt)
        return
    parts = prompts.filled(prompt, step.step_number)
    if parts is None:
        st.caption("What was filled in cannot be told: this is not the run's own template filled.")
        answer_tab.code(prompt)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_about(parts))
        _template(prompts.of_step(step.step_number), step.step_number)
    st.html(as_html(parts))


def _template(pinned: PinnedPrompt | None, step: int) -> None:
    """Name the version of the template, and lead to it where it has a number."""
    if pinned is None or not pinned.version:
        return
    version = plain(pinned.version)
    if pinned.number is None:
        st.caption(f"Template {version}, of no numbered version.")
        return
    st.page_link(
        pages.PROMPTS,
        label=f"Template version {pinned.number} ({version})",
        icon=":material/difference:",
        query_params={"step": str(step), "version": str(pinned.number)},
    )


def _chosen(key: str, step: Step) -> str:
    if len(step.calls) < 2:
        return step.prompt
    number = st.segmented_control(
        "Call",
        range(len(step.calls)),
        default=0,
        format_func=lambda number: plain(step.calls[number].label) or f"Call {number + 1}",
        required=True,
        key=f"{key}-asked-{step.answer}",
        label_visibility="collapsed",
    )
    return step.calls[number or 0].prompt


def _about(parts: Sequence[Part]) -> str:
    inserted = sum(len(part.text) for part in parts if part.name)
    whole = sum(len(part.text) for part in parts)
    return f"Marked: what was filled in, {count(inserted)} of {count(whole)} characters."


def as_html(parts: Sequence[Part]) -> str:
    """Return a prompt as HTML; what was filled in is marked and says for what."""
    pieces = (piece for part in parts for piece in _pieces(part))
    return f'<div class="aq-prompt" tabindex="0">{passages.as_html(pieces)}</div>'


def _pieces(part: Part) -> Iterator[Piece]:
    if not part.name:
        yield Piece(part.text)
        return
    name = escape(part.name)
    label = "" if part.name == _KEY else f'<b aria-hidden="true">{name}</b>'
    for number, text in enumerate(passages.cut(part.text)):
        if number:
            yield Piece("\n")
            label = ""
        yield Piece(text, f'<mark title="filled in: {name}">{label}{escape(text)}</mark>')
