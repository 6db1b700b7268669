"""A chart, or the table of its figures; a click on either, or a choice beside it, shows runs."""

from functools import partial
from typing import Any

import streamlit as st

from console.charts import Chart, spec, table, written
from console.views import behind

FORMS = ("Charts", "Tables")


def draw(chart: Chart, form: str, nothing: str = "Nothing was counted.") -> Chart:
    """Draw a chart's figures and return it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{chart.title}**")
        if chart.figures:
            _chooser(chart)
    if not chart.figures:
        st.caption(nothing)
    elif form == FORMS[0]:
        _chart(chart)
    else:
        _table(chart)
    return chart


def _chooser(chart: Chart) -> None:
    """Draw the way to a figure's runs that needs no pointer, and reaches marks that overlap."""
    said = {
        figure.mark: f"{figure.label.replace(chr(10), ', ')}: {written(chart, figure)}"
        for figure in chart.figures
    }
    key = f"runs-of-{chart.name}"
    shown = behind.shown()
    st.session_state[key] = shown if shown in said else None
    st.selectbox(
        f"Runs behind a figure of: {chart.title}",
        list(said),
        format_func=lambda mark: said.get(mark, mark),
        placeholder="Runs behind a figure",
        key=key,
        on_change=partial(_chosen, chart, key),
        label_visibility="collapsed",
        width=230,
    )


def _chosen(chart: Chart, key: str) -> None:
    _show(chart, st.session_state[key] or "")


def _chart(chart: Chart) -> None:
    key = f"chart-{chart.name}"
    st.vega_lite_chart(
        spec(chart, dark=st.context.theme.type == "dark"),
        key=key,
        on_select=partial(_picked, chart, key),
        alt=f"{chart.title}: the same figures are under Tables",
    )


def _table(chart: Chart) -> None:
    key = f"table-{chart.name}"
    st.dataframe(
        table(chart),
        hide_index=True,
        column_config={"": st.column_config.TextColumn(width="medium")},
        key=key,
        selection_mode="single-row",
        on_select=partial(_rows, chart, key),
    )


def _picked(chart: Chart, key: str) -> None:
    points: list[dict[str, Any]] = st.session_state[key]["selection"].get("mark", [])
    _show(chart, str(points[0].get("mark", "")) if points else "")


def _rows(chart: Chart, key: str) -> None:
    rows: list[int] = st.session_state[key]["selection"]["rows"]
    _show(chart, chart.figures[rows[0]].mark if rows else "")


def _show(chart: Chart, mark: str) -> None:
    """Show a figure's runs; where none is chosen any more, those of no figure of this chart."""
    if mark:
        behind.show(mark)
    elif any(figure.mark == behind.shown() for figure in chart.figures):
        behind.close()
