"""The steps of a run, one card each, grouped by attempt."""

import streamlit as st

from console import sampling
from console.attempts import outcome, rejection
from console.board import Board
from console.places import SHARED, Key
from console.values import StepCard
from console.watch import Watch
from console.words import count, counted, duration, model_name, money, plain

from . import card_body, focus, markup, sampled, sampled_answers

NAMES = {
    1: "Generate difficulty categories",
    2: "Generate error catalog",
    3: "Generate strategic question",
    4: "Test mid-tier model",
    5: "Test weak-tier model",
    6: "Judge differentiation",
    7: "Create student assessment",
}
"""What the steps to come are called, until the run says so itself."""

_NO_BREAK = "\u00a0"


def draw(watch: Watch, board: Board) -> None:
    """Draw the steps all attempts share, and those of the attempt that is looked at.

    While the run goes on the attempt stands first, so that what is being written is in view.
    """
    if not board.cards:
        st.caption("No step has begun.")
    shown = focus.attempt(board)
    for group in (0, shown) if board.over else (shown, 0):
        keys = sorted(key for key in board.cards if _group(key) == group)
        of_group = [board.cards[key] for key in keys]
        if not of_group:
            continue
        with st.container(gap="xsmall", key=f"group-{group}"):
            st.html(markup.group(*_heading(board, group, of_group)))
            found = sampling.phases(board, group)
            writes = any(card.live for card in of_group)
            if found and not writes:
                st.html(sampled.as_html(found))
                sampled_answers.draw(watch.run_id, board, group)
            for card in of_group:
                _draw(watch, board, card)
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


def _draw(watch: Watch, board: Board, card: StepCard) -> None:
    at = (card.attempt, card.number)
    key = focus.card(watch.run_id, at)
    _open_by_itself(key, card, looked_at=focus.step() == at)
    box = st.expander(
        _label(card),
        key=key,
        icon=markup.STEP_ICONS[card.state],
        on_change=_touched,
        args=(key, at),
    )
    if box.open:
        with box:
            card_body.draw(key, watch, board, card)


def _open_by_itself(key: str, card: StepCard, *, looked_at: bool) -> None:
    """Show what the address names, what is being written and what went wrong.

    The user may decide otherwise, and a step he closes is not looked at any more.
    """
    touched: set[str] = st.session_state.setdefault("touched", set())
    if looked_at:
        st.session_state[key] = True
    elif key not in touched:
        st.session_state[key] = card.live or card.state == "failed"


def _touched(key: str, at: Key) -> None:
    st.session_state.setdefault("touched", set()).add(key)
    if st.session_state[key]:
        focus.on(at)
    else:
        focus.off(at)


def _label(card: StepCard) -> str:
    name = plain(card.description or NAMES.get(card.number, ""))
    facts = [plain(model_name(card.model)), *_facts(card)]
    about = f"{_NO_BREAK}· ".join(fact for fact in facts if fact)
    number = f":{markup.STEP_COLOURS[card.state]}-badge[{card.number}]"
    return f"{number} **{name}** :small[:gray[{about}]]{_why(card)}"


def _facts(card: StepCard) -> list[str]:
    if not any(answer.done for answer in card.answers):
        written = sum(len(answer.text) for answer in card.answers)
        waits = "waiting for the first token" if card.live else "nothing was written"
        return [f"{count(written)} characters" if written else waits]
    facts = ["reused"] if card.reused else _paid(card)
    facts.append(counted(len(card.answers), "answer") if len(card.answers) > 1 else "")
    return [fact.replace(" ", _NO_BREAK) for fact in facts]


def _paid(card: StepCard) -> list[str]:
    spent = card.spent
    return [
        duration(card.seconds),
        f"{count(spent.usage.total)} tokens",
        plain(money(spent.cost_usd, estimated=spent.estimated)),
    ]


def _why(card: StepCard) -> str:
    """Return in red, on a line of its own, why the step's last answer does not do."""
    if card.state == "passed":
        return ""
    why = rejection(card.result) if card.result else ""
    said = plain(card.broke or why)
    return f"  \n:small[:red[{said}]]" if said else ""
