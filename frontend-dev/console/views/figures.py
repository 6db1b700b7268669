"""A chart, or the table of its figures; clicking either says which runs to show."""

from functools import partial
from typing import Any

import streamlit as st

from console.charts import Chart, spec, table
from console.views import behind

FORMS = ("Charts", "Tables")


def draw(chart: Chart, form: str, nothing: str = "Nothing was counted.") -> Chart:
    """Draw a chart's figures and return it."""
    st.markdown(f"**{chart.title}**")
    if not chart.figures:
        st.caption(nothing)
    elif form == FORMS[0]:
        _chart(chart)
    else:
        _table(chart)
    return chart


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
