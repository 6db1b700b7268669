"""The finished question: as a student meets it, with its answers, and as data."""

from collections.abc import Callable

import streamlit as st

from console.board import Board
from console.exercise import as_html, explanations_html
from console.parts import Assessment
from console.watch import Watch
from console.words import counted, file_name

from . import markup, sharing

WITH_ANSWERS, AS_GIVEN, JSON = "With answers", "As the student gets it", "JSON"


def draw(watch: Watch, board: Board) -> None:
    """Draw the assessment, if there is one, and the downloads."""
    final = board.final
    made = final.assessment if final is not None else None
    if made is not None:
        _assessment(watch.run_id, made)
    if board.over:
        with st.container(horizontal=True):
            if made is not None:
                sharing.draw(watch.run_id)
            with st.popover("Download", icon=":material/download:"):
                _downloads(watch, board, made)


def _assessment(run_id: str, assessment: Assessment) -> None:
    with st.container(border=True, key="assessment"):
        st.html(markup.title(assessment.title, _tags(assessment)))
        form = st.segmented_control(
            "Shown as",
            (WITH_ANSWERS, AS_GIVEN, JSON),
            default=WITH_ANSWERS,
            required=True,
            key=f"form-{run_id}",
            label_visibility="collapsed",
        )
        if form == JSON:
            st.code(assessment.model_dump_json(indent=2), language="json", height=480)
            return
        answers = form == WITH_ANSWERS
        explained = explanations_html(assessment) if answers else ""
        st.html(as_html(assessment, marked=answers) + explained)


def _tags(assessment: Assessment) -> list[str]:
    return [
        markup.tag(assessment.difficulty, "calm") if assessment.difficulty else "",
        markup.tag(assessment.content_type, "none"),
        markup.tag(f"{counted(len(assessment.errors), 'error')} to find", "none"),
    ]


def _downloads(watch: Watch, board: Board, made: Assessment | None) -> None:
    name = file_name(board.start.topic if board.start else watch.run_id)
    if made is not None:
        text = made.model_dump_json(indent=2)
        _download("Assessment (JSON)", text, f"{name}-assessment.json", "application/json")
    _download("Whole run (JSON Lines)", watch.log, f"{name}-run.ndjson", "application/x-ndjson")
    _download("Report (Markdown)", watch.report, f"{name}-report.md", "text/markdown")


def _download(
    label: str, data: str | Callable[[], str] | Callable[[], bytes], name: str, mime: str
) -> None:
    st.download_button(label, data, file_name=name, mime=mime, on_click="ignore", width="stretch")
