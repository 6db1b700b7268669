"""The marks of the charts: behind each are as many runs as it counts, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from aqumen.runs.live import LiveRuns
from aqumen.runs.noting import Noting
from aqumen.store.marks import By, Scope
from aqumen.store.store import Store
from aqumen.templates import Prompts
from aqumen.web.insight_answers import Counted
from aqumen.web.insight_shapes import BehindQuery
from console import counting
from console.charts import Chart, Figure
from console.insights import Insights
from fakes.story import Story
from fakes.wholes import story, whole

ALL = Scope(simulated=False, kinds=("full",))
FRIDAY, MONDAY, OTHER = 1_795_176_012.5, 1_795_435_212.5, "us.other-model"
FIGURES = {
    "day": {"made": 2, "apart": 2, "steps": 7, "step": 13, "reasons": 3, "checks": 2},
    "week": {"made": 2, "apart": 2, "steps": 7, "step": 13, "reasons": 3, "checks": 2},
    "model": {"made": 2, "apart": 2, "steps": 7, "step": 9, "reasons": 3, "checks": 2},
    "prompt_version": {"made": 2, "apart": 2, "steps": 7, "step": 4, "reasons": 3, "checks": 2},
}
"""How many of each chart, by what the runs are grouped by."""


def number(of: int) -> str:
    return f"01M87XW3AM339R5T2RE28{of:05}"


def hopeless(of: int, model: str, check: str) -> Story:
    """Tell a run whose third step is first answered so that a check fails."""
    told = story(number(of))
    told.start()
    told.steps(1, 2)
    told.begin(3)
    _, rejected = told.answer(3, failed=check)
    _, accepted = told.answer(3, answer=2)
    rejected["model"] = accepted["model"] = model
    told.steps(4, 5, 6)
    told.no_question("Both avoided everything.", attempts=1)
    told.done()
    return told


def broken(of: int, code: str, step: int) -> Story:
    told = story(number(of))
    told.start()
    told.steps(*range(1, step))
    told.fail(code, step)
    return told


def counted(store: Store, by: By) -> Insights:
    """Return what the console gets to see."""
    found = store.insights.of(ALL, by)
    return Insights.model_validate(Counted.of(found, ALL, by).model_dump(mode="json"))


def behind(store: Store, by: By, figure: Figure, only: str = "") -> int:
    """Return how many runs the API lists for a figure's mark."""
    named = {name: of for name, of in parse_qsl(figure.mark) if name in BehindQuery.model_fields}
    asked = named | ({"only": only} if only else {})
    mark = BehindQuery.model_validate({"by": by, **asked}).mark()
    return len(store.insights.behind(ALL, mark, limit=50, cursor=None).run_ids)


def charts(found: Insights) -> Iterator[Chart]:
    yield from counting.outcomes(found)
    for measure in counting.MEASURES:
        yield counting.steps(found, measure)
        for step in range(1, 8):
            yield counting.step_groups(found, measure, step)
    yield counting.reasons(found)
    yield counting.failed_checks(found)


def fill(store: Store) -> None:
    """Keep runs of two days, models and prompts, none of more than one attempt."""
    other = {"models": {"strong": OTHER}}
    prompts = Prompts({"error_catalog": "Find {{topic}}", "strategic_question": "Ask {{topic}}"})
    kept = [
        whole(story(number(1)).whole().told, FRIDAY),
        replace(whole(hopeless(2, OTHER, "no_markers").told, FRIDAY, **other), prompts=prompts),
        replace(whole(hopeless(3, OTHER, "no_markers").told, MONDAY), prompts=prompts),
        whole(hopeless(4, "us.third-model", "requirements").told, MONDAY),
        whole(broken(5, "model_unavailable", 3).told, MONDAY),
        whole(broken(6, "budget_spent", 5).told, FRIDAY),
    ]
    for each in kept:
        assert store.shelf.put(each)
    Noting(store.facts, store.log, LiveRuns()).note()


@pytest.mark.parametrize("by", ["day", "week", "model", "prompt_version"])
def test_as_many_runs_are_behind_each_figure_as_it_counts(store: Store, by: By) -> None:
    fill(store)
    found = counted(store, by)
    assert found.total is not None
    assert found.total.runs == 6
    seen: dict[str, set[str]] = {}

    for chart in charts(found):
        for figure in chart.figures:
            seen.setdefault(chart.name, set()).add(figure.mark)
            base = figure.count if chart.name in ("reasons", "checks") else figure.n
            assert behind(store, by, figure) == base, (chart.title, figure)
            if chart.splits and figure.count is not None:
                parts = [behind(store, by, figure, only) for only, _ in chart.splits]
                assert parts == [figure.count, figure.n - figure.count], (chart.title, figure)

    assert {name: len(marks) for name, marks in seen.items()} == FIGURES[by]
