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
        keys = sorted(key for key in board.cards if _group(key) == group)
        of_group = [board.cards[key] for key in keys]
        with st.container(gap="xsmall", key="attempt" if group else "groundwork"):
            if not of_group:
                continue
            heading = markup.group(*_heading(board, group, of_group))
            found = sampling.phases(board, group)
            writes = any(card.live for card in of_group)
            if found and not writes:
                st.html(heading + sampled.as_html(found))
                sampled_answers.draw(watch.run_id, board, group)
                heading = ""
            _draw(watch, board, of_group, heading)
            if found and writes:
                st.html(sampled.as_html(found))
                sampled_answers.draw(watch.run_id, board, group)


def _group(key: Key) -> int:
    """Return the attempt a step is shown under; 0 for the steps all attempts share."""
    attempt, number = key
    return 0 if number <= SHARED else attempt


def _heading(board: Board, group: int, cards: list[StepCard]) -> tuple[str, str]:
    if group == 0:
        return "Groundwork", "shared by all attempts"
    most = board.start.max_attempts if board.start else 0
    title = f"Attempt {group} of {most}" if most else f"Attempt {group}"
    found = sampling.phases(board, group)
    if found and not any(card.state == "failed" for card in cards):
        return title, sampling.came_to(found)
    return title, outcome(cards)


def _draw(watch: Watch, board: Board, cards: Sequence[StepCard], heading: str) -> None:
    """Draw rows below a heading, each open card's inside below its own.

    A row stays the element it is in the browser while cards after it open and close, so that who
    opens a card by a key has it still in focus. While the run moves, so does every row, whatever
    opens and closes by itself.
    """
    run_id = watch.run_id
    name = "groundwork" if cards[0].number <= SHARED else "attempt"
    parts = _to_the_next_open(run_id, cards) if board.over else ([card] for card in cards)
    for place, rows in enumerate(parts):
        last = rows[-1]
        opened = unfolded.is_open(run_id, last)
        html = "".join(
            card_row.as_html(run_id, card, is_open=opened and card is last) for card in rows
        )
        picker.draw(
            f"rows-{name}-{place}",
            f'{heading}<div class="aq-rows">{html}</div>',
            partial(_turn, run_id, board),
        )
        heading = ""
        if opened:
            key = focus.card(run_id, (last.attempt, last.number))
            with st.container(border=True, key=key):
                card_body.draw(key, watch, board, last)
        elif not board.over:
            st.container(key=f"shut-{name}-{place}")


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


def _turn(run_id: str, board: Board, picked: Key) -> None:
    if card := board.cards.get(picked):
        unfolded.turn(run_id, card)
