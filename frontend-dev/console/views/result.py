"""The finished question: as a student meets it, with its answers, and as data."""

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
    if final is not None and final.assessment is not None:
        _assessment(watch.run_id, final.assessment)
        if board.over:
            sharing.draw(watch.run_id)
    if board.over:
        _downloads(watch, board)


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


def _downloads(watch: Watch, board: Board) -> None:
    name = file_name(board.start.topic if board.start else watch.run_id)
    with st.container(horizontal=True):
        if board.final is not None and board.final.assessment is not None:
            st.download_button(
                "Assessment (JSON)",
                board.final.assessment.model_dump_json(indent=2),
                file_name=f"{name}-assessment.json",
                mime="application/json",
                icon=":material/download:",
                on_click="ignore",
            )
        st.download_button(
            "Whole run (JSON Lines)",
            watch.log,
            file_name=f"{name}-run.ndjson",
            mime="application/x-ndjson",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "Report (Markdown)",
            watch.report,
            file_name=f"{name}-report.md",
            mime="text/markdown",
            icon=":material/download:",
            on_click="ignore",
        )
