"""Figures as charts and as tables: nothing without its n and how far it can be trusted."""

from aqumen.web.insight_examples import EXAMPLES
from console import counting
from console.charts import Chart, Figure, spec, table, written
from console.insights import Insights, Rate

FOUND = Insights.model_validate(EXAMPLES["insights"]["value"])
SHARE = Figure("2026-11-22", 0.708, 24, "key=2026-11-22", 0.508, 0.851, 17)


def test_a_share_is_written_with_its_interval_and_its_counts() -> None:
    chart = Chart("made", "Runs with a question", "share", (SHARE,), over_time=True)

    assert written(chart, SHARE) == "71% (51% to 85%), 17 of 24 runs"
    assert table(chart)["95% interval"] == ["51% to 85%"]


def test_every_mark_of_a_chart_can_be_chosen_and_knows_its_runs() -> None:
    made, apart = counting.outcomes(FOUND)
    for chart in (made, apart, counting.steps(FOUND, "Time"), counting.reasons(FOUND)):
        drawn = spec(chart)

        assert drawn["params"][0]["views"] == ["marks"]
        assert "marks" in [layer.get("name") for layer in drawn["layer"]]
        assert all(value["mark"] for value in drawn["data"]["values"])
        assert all(
            str(each.n) in value["label"] or chart.over_time
            for each, value in zip(chart.figures, drawn["data"]["values"], strict=True)
        )


def test_marks_say_what_the_api_is_to_be_asked_for() -> None:
    made, apart = counting.outcomes(FOUND)

    assert made.figures[0].mark == "key=2026-11-22&of=made"
    assert apart.figures[0].mark == "key=2026-11-22&of=apart&only=concluded"
    assert counting.steps(FOUND, "Cost").figures[0].mark == "step=3"
    assert counting.step_groups(FOUND, "Cost", 3).figures[0].mark == "step=3&key=2026-11-22"
    assert counting.reasons(FOUND).figures[0].mark == "cause=not_differentiated&step=6"
    assert counting.failed_checks(FOUND).figures[0].mark == "step=3&check=requirements_four_to_six"


def test_what_was_counted_of_nothing_is_no_figure() -> None:
    total = FOUND.groups[0].model_copy(update={"differentiation": Rate()})
    found = FOUND.model_copy(update={"groups": (total,)})

    made, apart = counting.outcomes(found)

    assert (len(made.figures), len(apart.figures)) == (1, 0)


def test_groups_are_named_for_what_sets_them_apart() -> None:
    common = {"mid": "us.anthropic.claude-sonnet-4-6"}
    groups = [
        FOUND.groups[0].model_copy(update={"key": key, "models": {**common, "weak": weak}})
        for key, weak in (("a", "us.anthropic.claude-haiku-4-5-v1:0"), ("b", "other"))
    ]
    made, _ = counting.outcomes(FOUND.model_copy(update={"by": "model", "groups": tuple(groups)}))

    assert [figure.label for figure in made.figures] == ["weak: claude-haiku-4-5", "weak: other"]


def test_versions_of_a_prompt_are_named_by_number_and_text() -> None:
    step = FOUND.step_groups[0]
    numbers = (None, 0, 3)
    groups = tuple(
        step.model_copy(update={"key": f"{n}1b2c3d4e5f6", "prompt_number": number})
        for n, number in enumerate(numbers)
    )
    found = FOUND.model_copy(update={"by": "prompt_version", "step_groups": groups})

    figures = counting.step_groups(found, "Cost", 3).figures

    assert [each.label for each in figures] == ["(01b2c3)", "shipped (11b2c3)", "v3 (21b2c3)"]
