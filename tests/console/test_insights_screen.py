"""What many runs came to, and the runs behind each figure."""

import copy
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from aqumen.web.insight_examples import EXAMPLES
from fakes.api import FakeApi, Reply, problem
from fakes.screen import Open, press, shown

INSIGHTS = "console/views/insights.py"
PATH = "/api/insights"
RUN = {"run_id": "a", "status": "no_question", "topic": "Tea *and* <b>milk</b>", "cost_usd": 0.2}


@pytest.fixture
def counted(api: FakeApi) -> dict[str, Any]:
    """Have the API answer its own example."""
    body: dict[str, Any] = copy.deepcopy(EXAMPLES["insights"]["value"])
    api.refusals[PATH] = Reply(body=body)
    api.refusals[f"{PATH}/runs"] = Reply(body={"runs": [RUN], "next_cursor": None})
    return body


def charts(app: Any) -> int:
    return len(app.get("vega_lite_chart"))


def test_without_runs_it_says_so_and_what_is_left_out(
    api: FakeApi, counted: dict[str, Any], opened: Open
) -> None:
    counted.update(total=None, groups=[], steps=[], step_groups=[])
    counted["left_out"] = {"other_sort": 3, "cancelled": 0, "going_on": 1, "not_noted_yet": 2}

    app = opened(page=INSIGHTS)
    said = shown(app)
    press(app, "Show simulated runs")

    assert "No run fits this filter" in said
    assert "Not counted: 3 simulated runs, 1 open run, 2 that ended just now" in said
    assert api.requests(PATH)[-1].query["simulated"] == "true"


def test_rates_come_with_their_intervals_and_counts(counted: dict[str, Any], opened: Open) -> None:
    assert counted["total"]["success"]["n"] == 24
    app = opened(page=INSIGHTS)

    said = shown(app)

    assert "71%" in said
    assert "51% to 85%" in said
    assert charts(app) == 6


def test_the_filters_are_what_the_api_is_asked_for(
    api: FakeApi, counted: dict[str, Any], opened: Open
) -> None:
    app = opened()
    app.query_params.update({"group": "Prompts", "days": "All", "sort": "Simulated"})
    app.switch_page(INSIGHTS).run()

    asked = api.requests(PATH)[-1].query

    assert counted
    assert asked == {"by": "prompt_version", "simulated": "true", "kind": "full"}


def test_a_figures_runs_are_shown_where_the_address_names_it(
    api: FakeApi, counted: dict[str, Any], opened: Open
) -> None:
    app = opened()
    app.query_params["mark"] = "step=3"
    app.switch_page(INSIGHTS).run()
    first = api.requests(f"{PATH}/runs")[-1].query

    app.segmented_control(key="which-step=3").set_value("not_first_time_right").run()

    assert counted
    assert app.query_params["part"] == "not_first_time_right"
    assert first["step"] == "3"
    assert "only" not in first
    assert api.requests(f"{PATH}/runs")[-1].query["only"] == "not_first_time_right"
    assert "33 of 41 attempts" in shown(app)
    assert "No question" in shown(app)


def test_one_model_alone_is_asked_for_by_its_id(
    api: FakeApi, counted: dict[str, Any], opened: Open
) -> None:
    (model,) = counted["models"]
    app = opened(page=INSIGHTS)

    answered_by(app).set_value(model).run()

    assert api.requests(PATH)[-1].query["model"] == model
    assert app.query_params["model"] in (model, [model])
    assert answered_by(app).value == model


def answered_by(app: AppTest) -> Selectbox[str]:
    return next(box for box in app.selectbox if box.label == "Answered by")


def test_a_figures_runs_are_chosen_without_a_pointer(
    api: FakeApi, counted: dict[str, Any], opened: Open
) -> None:
    app = opened(page=INSIGHTS)

    app.selectbox(key="runs-of-steps").select_index(0).run()
    chosen = "".join(app.query_params["mark"])
    press(app, "Close")

    assert counted
    assert chosen == f"step={api.requests(f'{PATH}/runs')[-1].query['step']}"
    assert "mark" not in app.query_params
    assert app.selectbox(key="runs-of-steps").value is None


def test_tables_have_the_figures_of_the_charts(counted: dict[str, Any], opened: Open) -> None:
    app = opened()
    app.query_params["form"] = "Tables"
    app.switch_page(INSIGHTS).run()

    outcomes = app.dataframe[0].value

    assert counted
    assert charts(app) == 0
    assert list(outcomes.iloc[0]) == ["2026-11-22", "71%", 24, "51% to 85%"]


def test_an_api_that_refuses_is_named_and_the_filters_stay(api: FakeApi, opened: Open) -> None:
    api.refusals[PATH] = problem(503, "The database does not answer.", "store_failed")

    app = opened(page=INSIGHTS)

    assert "The database does not answer" in shown(app)
    assert len(app.segmented_control) >= 4


def choose(app: AppTest, key: str, value: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Choose by what or how steps are counted; return both of their tables, by column."""
    app.segmented_control(key=key).set_value(value).run()
    overall, in_detail = (app.dataframe[at].value.to_dict("list") for at in (2, 3))
    return overall, in_detail


def test_steps_are_shown_by_the_measure_the_step_and_the_group_that_are_chosen(
    api: FakeApi, counted: dict[str, Any], opened: Open
) -> None:
    (third,) = counted["step_groups"]
    fifth = {"step_number": 5, "key": "us.anthropic.claude-haiku-4-5-v1:0", "cost_usd": 0.41}
    models = [third | {"key": "us.anthropic.claude-opus-4-6-v1"}, third | fifth]
    app = opened()
    app.query_params["form"] = "Tables"
    app.switch_page(INSIGHTS).run()

    by_time, _ = choose(app, "measure", "Time")
    by_cost, of_third = choose(app, "measure", "Cost")
    counted.update(by="model", step_groups=models)
    _, opus = choose(app, "group", "Model")
    asked = api.requests(PATH)[-1].query["by"]
    _, haiku = choose(app, "of_step", "5")
    app.segmented_control(key="of_step").set_value("7").run()

    name = ["3 · Generate strategic question"]
    assert by_time == {
        "": name, "Median": ["9.4 s"], "of attempts": [41], "nine of ten within": ["22 s"]
    }  # fmt: skip
    assert by_cost == {"": name, "Mean": ["$0.020"], "of attempts": [41]}
    assert of_third == by_cost | {"": ["2026-11-22"]}
    assert asked == "model"
    assert opus == by_cost | {"": ["claude-opus-4-6"]}
    assert haiku == by_cost | {"": ["claude-haiku-4-5"], "Mean": ["$0.010"]}
    assert "Nothing was counted of this step." in shown(app)
