"""The steps of a run, one card each, grouped by attempt.

Rows are one element however many they are, and drawn in one go: every element of Streamlit's costs
the browser more than all seven rows do.
"""

from collections.abc import Iterator, Sequence
from functools import partial

import streamlit as st

from console import sampling
from console.attempts import outcome
from console.board import Board
from console.places import SHARED, Key
from console.values import StepCard
from console.watch import Watch

from . import card_body, card_row, focus, markup, picker, sampled, sampled_answers, unfolded


def draw(watch: Watch, board: Board) -> None:
    """Draw the steps all attempts share, and those of the attempt that is looked at.

    While the run goes on the attempt stands first, so that what is being written is in view; its
    place is there before its steps are, so that none of the others' is made anew.
    """
    if not board.cards:
        st.caption("No step has begun.")
    unfolded.follow(watch.run_id)
    shown = focus.attempt(watch.run_id, board)
    for group in (0, shown) if board.over else (shown, 0):
        cards = [board.cards[key] for key in sorted(board.cards) if _group(key) == group]
        with st.container(gap="xsmall", key=_name(group)):
            if cards:
                _draw(watch, board, group, cards)


def _group(key: Key) -> int:
    """Return the attempt a step is shown under; 0 for the steps all attempts share."""
    attempt, number = key
    return 0 if number <= SHARED else attempt


def _name(group: int) -> str:
    return "attempt" if group else "groundwork"


def _heading(board: Board, group: int, cards: Sequence[StepCard]) -> tuple[str, str]:
    if group == 0:
        return "Groundwork", "shared by all attempts"
    most = board.start.max_attempts if board.start else 0
    title = f"Attempt {group} of {most}" if most else f"Attempt {group}"
    found = sampling.phases(board, group)
    if found and not any(card.state == "failed" for card in cards):
        return title, sampling.came_to(found)
    return title, outcome(cards)


def _draw(watch: Watch, board: Board, group: int, cards: Sequence[StepCard]) -> None:
    """Draw a group: heading, rows, and what was sampled; that is below what is being written."""
    heading = markup.group(*_heading(board, group, cards))
    found = sampling.phases(board, group)
    writes = any(card.live for card in cards)
    if found and not writes:
        _sampled(watch.run_id, board, group, heading + sampled.as_html(found))
    _rows(watch, board, group, cards, "" if found and not writes else heading)
    if found and writes:
        _sampled(watch.run_id, board, group, sampled.as_html(found))


def _sampled(run_id: str, board: Board, attempt: int, html: str) -> None:
    st.html(html)
    sampled_answers.draw(run_id, board, attempt)


def _rows(watch: Watch, board: Board, group: int, cards: Sequence[StepCard], heading: str) -> None:
    """Draw rows, the first below a heading, and each open card's inside below its own.

    A row stays the element it is in the browser while cards after it open and close, so that who
    opens a card by a key has it still in focus. While the run moves every row does, whatever opens
    and closes by itself.
    """
    parts = _to_the_next_open(watch.run_id, cards) if board.over else ([card] for card in cards)
    for place, rows in enumerate(parts):
        last, opened = rows[-1], unfolded.is_open(watch.run_id, rows[-1])
        html = "".join(
            card_row.as_html(watch.run_id, card, is_open=opened and card is last) for card in rows
        )
        picker.draw(
            f"rows-{_name(group)}-{place}",
            f'{"" if place else heading}<div class="aq-rows">{html}</div>',
            partial(unfolded.turn, watch.run_id),
        )
        if opened:
            key = focus.card(watch.run_id, (last.attempt, last.number))
            with st.container(border=True, key=key):
                card_body.draw(key, watch, board, last)
        elif not board.over:
            st.container(key=f"shut-{_name(group)}-{place}")


def _to_the_next_open(run_id: str, cards: Sequence[StepCard]) -> Iterator[Sequence[StepCard]]:
    """Cut after each open card."""
    rows: list[StepCard] = []
    for card in cards:
        rows.append(card)
        if unfolded.is_open(run_id, card):
            yield rows
            rows = []
    if rows:
        yield rows
