"""The runs behind a figure, below the chart it belongs to."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import streamlit as st

from console import insights
from console.charts import Chart, Figure, written
from console.client import Query
from console.errors import ConsoleError
from console.views import markup, run_list, session, trouble

_MARK, _PART = "mark", "part"
"""The parts of the address that say whose runs are shown, and which of them."""

_ROWS = 10
_MOST_ROWS = 200
"""As many as the API gives at once."""
_ASKED = ("key", "step", "only", "cause", "check")
_ALL = "All"
_ALONE = {"model": ("model", "Only this model"), "prompt_version": ("prompt", "Only this version")}
"""By what the insights are grouped by: what narrows them to one group of a step's."""


@dataclass
class Panel:
    """Draws the runs of the figure that the address names, in the section that has it."""

    asked: Query
    """What the insights were asked for."""
    _charts: list[Chart] = field(default_factory=list)

    def add(self, chart: Chart) -> None:
        """Note that a chart is in the section."""
        self._charts.append(chart)

    @contextmanager
    def section(self) -> Generator[None]:
        """Draw what the block draws, and below it the runs, if it has their figure."""
        self._charts.clear()
        yield
        mark = shown()
        for chart in self._charts:
            for figure in chart.figures:
                if mark and figure.mark == mark:
                    self._draw(chart, figure)
                    return

    def _draw(self, chart: Chart, figure: Figure) -> None:
        mark = dict(parse_qsl(figure.mark))
        with st.container(border=True, key="behind"):
            with st.container(horizontal=True, vertical_alignment="center"):
                name = figure.label.replace("\n", ", ")
                said = f"{name} · {chart.title}: {written(chart, figure)}"
                st.html(markup.group("Runs behind it", said))
                self._alone(mark)
                st.button("Close", icon=":material/close:", on_click=close, type="tertiary")
            only = _part(chart, figure)
            wanted = {name: value for name, value in mark.items() if name in _ASKED}
            self._runs(wanted | ({"only": only} if only else {}))

    def _alone(self, mark: dict[str, str]) -> None:
        """Offer to count one group of a step's and nothing else."""
        name, label = _ALONE.get(dict(self.asked).get("by", ""), ("", ""))
        if name and "step" in mark and "key" in mark:
            icon = ":material/filter_alt:"
            st.button(label, icon=icon, on_click=_narrow, args=(name, mark["key"]), type="tertiary")

    def _runs(self, wanted: dict[str, str]) -> None:
        rows = f"rows-{sorted(wanted.items())}"
        most = int(st.session_state.get(rows, _ROWS))
        asked = (*self.asked, *wanted.items(), ("limit", str(most)))
        try:
            found = insights.behind(session.api(), asked)
        except ConsoleError as exc:
            trouble.say(exc)
            return
        if not found.runs:
            st.caption("None of its runs is kept any more, or none is like this.")
            return
        run_list.draw("runs", found.runs)
        if found.next_cursor and most < _MOST_ROWS:
            more = (rows, min(most * 4, _MOST_ROWS))
            st.button("Show more", on_click=st.session_state.__setitem__, args=more)
        elif found.next_cursor:
            st.caption(f"The newest {_MOST_ROWS}; a shorter time leads to the others.")


def shown() -> str:
    """Return the mark of the figure whose runs are shown; empty if there is none."""
    return st.query_params.get(_MARK, "")


def show(mark: str) -> None:
    """Show the runs of a figure, all of them."""
    close()
    st.query_params[_MARK] = mark


def close() -> None:
    """Show no figure's runs."""
    st.query_params.pop(_MARK, None)
    st.query_params.pop(_PART, None)


def _narrow(name: str, key: str) -> None:
    close()
    st.query_params[name] = key


def _part(chart: Chart, figure: Figure) -> str:
    """Return which of the figure's runs are wanted; empty for all."""
    if not chart.splits:
        return ""
    words = dict(chart.splits)
    asked = st.query_params.get(_PART, "")
    key = f"which-{figure.mark}"
    chosen = st.segmented_control(
        "Which of them",
        ["", *words],
        format_func=lambda only: words.get(only, _ALL),
        default=asked if asked in words else "",
        required=True,
        key=key,
        on_change=_choose,
        args=(key,),
        label_visibility="collapsed",
    )
    return chosen or ""


def _choose(key: str) -> None:
    chosen = st.session_state[key]
    if chosen:
        st.query_params[_PART] = chosen
    else:
        st.query_params.pop(_PART, None)
