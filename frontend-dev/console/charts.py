"""Figures with their uncertainty, as charts (Vega-Lite) and as tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .words import counted, duration, money

Unit = Literal["share", "seconds", "usd", "runs"]

COLOUR = "#1f8f8f"
"""Three to one against the light and the dark page."""
# Streamlit's own grey for labels is too light to read on the light page.
_INK_LIGHT, _INK_DARK = "#4a565a", "#c3cecf"
HEIGHT = 230
LINE_HEIGHT = 15

_FORMS: dict[Unit, str] = {"share": ".0%", "seconds": "~f", "usd": "$~f", "runs": "~d"}
_HEADS: dict[Unit, str] = {"share": "Share", "seconds": "Median", "usd": "Mean", "runs": "Runs"}
_WRITTEN: dict[Unit, Callable[[float], str]] = {
    "share": lambda share: f"{share:.0%}",
    "seconds": duration,
    "usd": money,
    "runs": lambda number: f"{number:.0f}",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One mark of a chart, and one row of its table."""

    label: str
    """A day in the form 2026-11-22 where the chart is over time."""
    value: float
    n: int
    """What it was counted or measured of."""
    mark: str
    """Which runs are behind it, as the API is asked for them."""
    low: float | None = None
    high: float | None = None
    count: int | None = None
    """Of the n, for shares."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures of one kind."""

    name: str
    """Its key: stable, and none else's on the page."""
    title: str
    unit: Unit
    figures: tuple[Figure, ...]
    noun: str = "run"
    """What n counts."""
    over_time: bool = False
    span: str = "95% interval"
    """What `low` to `high` is."""
    whole: bool = False
    """Whether the scale of shares goes from 0 to 1, or as far as they go."""
    splits: tuple[tuple[str, str], ...] = ()
    """Parts of a figure's runs that can be asked for: `only`, and its words."""


def written(chart: Chart, figure: Figure) -> str:
    """Return a figure as people read it: `71% (52% to 84%), 17 of 24 runs`."""
    write = _WRITTEN[chart.unit]
    if chart.unit == "runs":
        return f"{figure.count} of {counted(figure.n, chart.noun)}"
    of = f"{figure.count} of " if figure.count is not None else ""
    return f"{write(figure.value)}{_between(chart, figure)}, {of}{counted(figure.n, chart.noun)}"


def _between(chart: Chart, figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    write = _WRITTEN[chart.unit]
    if chart.unit == "share":
        return f" ({write(figure.low)} to {write(figure.high)})"
    return f" ({chart.span}: {write(figure.high)})"


def table(chart: Chart) -> dict[str, list[Any]]:
    """Return a chart's figures by column."""
    write = _WRITTEN[chart.unit]
    columns: dict[str, list[Any]] = {
        "": [figure.label.replace("\n", ", ") for figure in chart.figures],
        _HEADS[chart.unit]: [write(figure.value) for figure in chart.figures],
        f"of {chart.noun}s": [figure.n for figure in chart.figures],
    }
    if any(figure.high is not None for figure in chart.figures):
        columns[chart.span] = [
            _between(chart, figure).removeprefix(f" ({chart.span}: ").strip(" ()")
            for figure in chart.figures
        ]
    return columns


def spec(chart: Chart, *, dark: bool = False) -> dict[str, Any]:
    """Return a chart's Vega-Lite: over time upright, by name as rows."""
    values = [_datum(chart, figure) for figure in chart.figures]
    place, measure = ("x", "y") if chart.over_time else ("y", "x")
    return {
        "data": {"values": values},
        "config": {"axis": {"labelColor": _INK_DARK if dark else _INK_LIGHT}},
        "height": HEIGHT if chart.over_time else {"step": _lines(chart) * LINE_HEIGHT + 10},
        "encoding": {
            place: _place(chart),
            "tooltip": [
                {"field": "label", "title": " "},
                {"field": "said", "title": chart.title},
            ],
        },
        "params": [
            {
                "name": "mark",
                "select": {"type": "point", "fields": ["mark"]},
                "views": ["marks"],
            }
        ],
        "layer": _layers(chart, measure),
    }


def _datum(chart: Chart, figure: Figure) -> dict[str, Any]:
    return {
        "label": figure.label if chart.over_time else f"{figure.label}\n{_basis(figure)}",
        "value": figure.value,
        "low": figure.value if figure.low is None else figure.low,
        "high": figure.value if figure.high is None else figure.high,
        "mark": figure.mark,
        "said": written(chart, figure),
    }


def _basis(figure: Figure) -> str:
    """Return what a figure rests on, in a few words."""
    return f"n = {figure.n}" if figure.count is None else f"{figure.count} of {figure.n}"


def _place(chart: Chart) -> dict[str, Any]:
    if chart.over_time:
        axis: dict[str, Any] = {
            "title": None,
            "format": "%-d %b",
            "grid": False,
            "labelOverlap": "greedy",
        }
        return {
            "field": "label",
            "type": "temporal",
            # As UTC, or a day west of Greenwich would be the one before.
            "timeUnit": "utcyearmonthdate",
            "scale": {"type": "utc", "nice": False, "padding": 14},
            "axis": {**axis, "tickCount": min(8, _days(chart.figures))},
        }
    axis = {
        "title": None,
        "labelLimit": 190,
        "labelOverlap": False,
        "labelExpr": r"split(datum.label, '\n')",
        "labelLineHeight": LINE_HEIGHT,
        # Vega puts the first line beside the mark.
        "labelOffset": -(_lines(chart) - 1) * LINE_HEIGHT / 2,
        "ticks": False,
        "domain": False,
    }
    return {"field": "label", "type": "nominal", "sort": None, "axis": axis}


def _lines(chart: Chart) -> int:
    """Return how many the longest label has: n is in it, as few must not look like many."""
    return max((figure.label.count("\n") + 2 for figure in chart.figures), default=2)


def _days(figures: Sequence[Figure]) -> int:
    return max(1, len({figure.label for figure in figures}))


def _layers(chart: Chart, measure: str) -> list[dict[str, Any]]:
    scale = {"domain": [0, 1]} if chart.whole else {"zero": True}
    least = 1 if chart.unit == "runs" else 0
    axis = {"title": None, "format": _FORMS[chart.unit], "tickCount": 5, "tickMinStep": least}
    value = {"field": "value", "type": "quantitative", "scale": scale, "axis": axis}
    ends = {measure: {**value, "field": "low"}, f"{measure}2": {"field": "high"}}
    colour = {"color": COLOUR, "cursor": "pointer"}
    chosen: dict[str, Any] = {
        "opacity": {"condition": {"param": "mark", "value": 1}, "value": 0.35}
    }
    if chart.unit == "runs":
        bar = {"type": "bar", "height": 16, "cornerRadiusEnd": 2, **colour}
        shown: list[dict[str, Any]] = [
            {"name": "marks", "mark": bar, "encoding": {measure: value, **chosen}}
        ]
    else:
        line = {"type": "line", "color": COLOUR, "opacity": 0.3, "tooltip": None}
        rule = {"type": "rule", "strokeWidth": 2, "opacity": 0.55, "color": COLOUR}
        point = {"type": "point", "filled": True, "size": 110, "opacity": 1, **colour}
        shown = [
            *([{"mark": line, "encoding": {measure: value}}] if chart.over_time else []),
            {"mark": rule, "encoding": ends},
            {"name": "marks", "mark": point, "encoding": {measure: value, **chosen}},
        ]
    return shown
