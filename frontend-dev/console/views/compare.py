"""Two to four runs beside one another: what came of them, and what they were asked and said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from console import choice
from console.board import Board
from console.comparison import MOST, last_judgement, verdicts
from console.errors import ConsoleError, RunUnknown
from console.views import compared_runs, compared_steps, pages, session, side_by_side, trouble
from console.words import counted, plain

EVERY_SECONDS = 1.0  # a run that goes on is followed; each look is a call to the API


@dataclass(frozen=True, slots=True)
class Found:
    """The runs that could be read, and what to say of the others."""

    boards: dict[str, Board]
    problems: tuple[trouble.Said, ...] = ()

    @property
    def running(self) -> bool:
        """Whether any of them still goes on."""
        return not all(board.over for board in self.boards.values())


def page() -> None:
    """Draw the choice of runs and, if there are two or more, what differs in them."""
    st.html(Path(__file__).with_name("compare.css"))
    asked = choice.read(st.query_params.get("runs", ""))
    found = _read(asked.runs)
    compared_runs.choose(asked.runs, found.boards)
    _say(asked, found)
    if len(found.boards) < 2:
        _hint(found)
        return
    every = EVERY_SECONDS if found.running else None
    st.fragment(_draw, run_every=every, key="compared")(found)


def _read(run_ids: tuple[str, ...]) -> Found:
    shelf = session.shelf()
    shelf.keep(run_ids)
    boards: dict[str, Board] = {}
    problems: dict[trouble.Said, None] = {}
    for run_id in run_ids:
        try:
            boards[run_id] = shelf.look(run_id)
        except ConsoleError as exc:
            unknown = isinstance(exc, RunUnknown)
            said = trouble.said(exc)
            problems[
                replace(said, sentence=f"{run_id}: {exc}", unknown=False) if unknown else said
            ] = None
            if (seen := shelf.seen(run_id)) is not None:
                boards[run_id] = seen
    return Found(boards, tuple(problems))


def _say(asked: choice.Choice, found: Found) -> None:
    for problem in found.problems:
        trouble.say(problem)
    if found.problems:
        trouble.again()
    if asked.twice:
        named = plain(", ".join(asked.twice))
        st.info(f"Named twice, compared once: {named}", icon=":material/content_copy:")
    if asked.too_many:
        named = plain(", ".join(asked.too_many))
        st.warning(
            f"No more than {MOST} runs fit. Left out: {named}", icon=":material/splitscreen:"
        )


def _hint(found: Found) -> None:
    for run_id, board in found.boards.items():
        if board.start is not None and board.start.parent:
            compared_runs.link_to_parent(board.start.parent, run_id)
    if not found.problems:
        said = "One more run is needed." if found.boards else "Choose two to four runs."
        st.info(f"{said} The first is what the others are compared with.")
        icon = ":material/history:"
        st.page_link(pages.HISTORY, label="Select them among the runs", icon=icon)


def _draw(before: Found) -> None:
    """Draw the runs, again and again while one goes on; the page has said what was wrong before."""
    found = _read(tuple(before.boards))
    if before.running and not found.running:
        st.rerun()
    for problem in found.problems:
        if problem not in before.problems:
            st.warning(plain(problem.sentence), icon=":material/cloud_off:")
    boards = found.boards
    if len(boards) < 2:
        return
    compared_runs.heads(boards)
    several = list(boards.values())
    st.html(side_by_side.figures(compared_runs.FIGURES, compared_runs.figures(several)))
    _verdicts(several)
    compared_steps.draw(boards)


def _verdicts(boards: Sequence[Board]) -> None:
    judged = [last_judgement(board) for board in boards]
    if not any(judged):
        return
    found = verdicts(judged)
    changed = sum(verdict.changed for verdict in found)
    note = (
        f"{counted(changed, 'mistake')} judged otherwise"
        if changed
        else "no mistake judged otherwise"
    )
    label = f"**Verdicts of the last attempt** :small[:gray[{note}]]"
    with st.expander(label, expanded=changed > 0, key="compared_verdicts"):
        st.html(side_by_side.verdicts(found, range(len(boards))))


page()
