"""The list of past runs: finding them, and what is done with several."""

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from fakes.api import FakeApi, Reply, problem
from fakes.screen import HISTORY, Open, drawn, listed, press, select, shown

TEA = {"run_id": "a", "status": "succeeded", "topic": "Tea", "cost_usd": 0.091}
COFFEE = {"run_id": "b", "status": "failed", "topic": "Coffee", "simulated": True}


def linked(opened: Open, **query: str) -> AppTest:
    """Open the page as a link to it does."""
    app = opened()
    app.switch_page(HISTORY)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    """Return the page's messages, also those of what went well."""
    return "\n".join([shown(app), *(str(each.value) for each in app.success)])


def disabled(app: AppTest, label: str) -> bool:
    return next(button for button in app.button if button.label == label).disabled


def last_asked(api: FakeApi) -> dict[str, Any]:
    return api.requests("/api/runs")[-1].query


def test_history_is_empty_at_first(opened: Open) -> None:
    app = opened(page=HISTORY)

    assert "There are no runs yet" in shown(app)


def test_history_lists_runs_and_filters_them(api: FakeApi, opened: Open) -> None:
    api.summaries = [
        TEA,
        COFFEE,
        {"run_id": "c", "status": "paused", "topic": "Cocoa"},
        {"run_id": "d", "status": "succeeded", "topic": "Mate", "kind": "rejudge"},
    ]
    app = opened(page=HISTORY)
    before = shown(app)

    app.selectbox(key="status").set_value("failed").run()
    after, rows = shown(app), listed(app)
    app.text_input(key="search").set_value("water").run()

    assert "Question ready" in before
    assert "paused" in before
    assert "Judged again" in before
    assert "$0.091" in before
    assert "Question ready" not in after
    assert [(row["topic"], row["about"]) for row in rows] == [("Coffee", ["simulated"])]
    assert "No run fits this filter" in shown(app)
    assert (app.query_params["status"], app.query_params["q"]) == ("failed", "water")


def test_every_filter_and_the_sorting_go_to_the_address_and_to_the_api(
    api: FakeApi, opened: Open
) -> None:
    api.summaries = [TEA, COFFEE]
    model, version = "us.anthropic.claude-x", "0a" * 6
    api.refusals["/api/models"] = Reply(body={"models": {"weak": {"id": model}}})
    app = linked(opened, model=model, prompt=version, cursor="ab")
    app.selectbox(key="find_model").set_value(None).run()
    app.selectbox(key="find_model").set_value(model).run()
    app.selectbox(key="find_prompt").set_value(None).run()

    app.selectbox(key="find_evidence").set_value("none").run()
    app.text_input(key="find_topic").set_value("Tea").run()
    app.date_input(key="find_since").set_value(date(2026, 11, 1)).run()
    app.date_input(key="find_until").set_value(date(2026, 11, 30)).run()
    app.number_input(key="find_min_cost").set_value(0.05).run()
    app.number_input(key="find_max_cost").set_value(123.4567).run()
    app.selectbox(key="find_sort").set_value("duration asc").run()

    sent = {"model": model, "evidence": "none", "topic": "Tea", "since": "2026-11-01"}
    sent |= {"until": "2026-11-30", "min_cost": "0.05", "max_cost": "123.4567"}
    sent |= {"sort": "duration", "order": "asc"}
    asked = last_asked(api)
    assert sent.items() <= asked.items()
    assert not {"prompt", "cursor"} & asked.keys()
    assert {name: app.query_params[name] for name in sent} == sent


def test_a_link_opens_the_filter_and_the_sorting_it_names(api: FakeApi, opened: Open) -> None:
    api.summaries = [TEA, COFFEE]
    query = {"status": "failed", "since": "2026-11-01", "max_cost": "0.5", "prompt": "0a" * 6}

    app = linked(opened, **query, sort="cost", order="asc", cursor="ab")

    sent = {"sort": "cost", "order": "asc", "cursor": "ab", **query}
    assert sent.items() <= last_asked(api).items()
    assert app.selectbox(key="status").value == "failed"
    assert app.selectbox(key="find_prompt").value == "0a" * 6
    assert app.selectbox(key="find_sort").value == "cost asc"
    press(app, "Clear filter")
    assert last_asked(api).keys() == {"kind", "limit"}
    assert app.selectbox(key="status").value is None


def test_pages_are_turned_by_the_apis_cursor(api: FakeApi, opened: Open) -> None:
    api.refusals["/api/runs"] = Reply(body={"runs": [TEA], "next_cursor": "ab"})
    app = opened(page=HISTORY)

    press(app, "Next page")
    there = last_asked(api)["cursor"], app.query_params["cursor"]
    press(app, "Previous page")

    assert there == ("ab", "ab")
    assert "cursor" not in last_asked(api)


def test_two_selected_runs_can_be_compared_and_one_cannot(api: FakeApi, opened: Open) -> None:
    api.summaries = [TEA, COFFEE]
    app = opened(page=HISTORY)

    select(app, "a")
    alone = disabled(app, "Compare")
    select(app, "a", "b")
    press(app, "Compare")

    assert alone
    assert app.query_params["runs"] == "a,b"


def test_a_prompt_version_is_chosen_by_what_is_known_of_it(api: FakeApi, opened: Open) -> None:
    versions = [
        {"number": 1, "version": "b" * 12, "note": "Tables", "author": "Ada"},
        {"number": 0, "version": "a" * 12},
    ]
    prompt = {"name": "strategic_question", "steps": [3], "versions": versions}
    api.refusals["/api/prompts"] = Reply(body={"prompts": [prompt]})
    app = opened(page=HISTORY)

    choice = app.selectbox(key="find_prompt")
    choice.select("b" * 12).run()

    title = "3 · strategic question · version"
    assert choice.options == [f"{title} 0 · shipped", f"{title} 1 · Tables · by Ada"]
    assert last_asked(api)["prompt"] == "b" * 12
    assert app.query_params["prompt"] == "b" * 12


def test_runs_stay_selected_on_other_pages_until_none_is(api: FakeApi, opened: Open) -> None:
    api.refusals["/api/runs"] = Reply(body={"runs": [TEA], "next_cursor": "ab"})
    app = opened(page=HISTORY)
    select(app, "a", "of nobody")
    api.refusals["/api/runs"] = Reply(body={"runs": [COFFEE]})
    press(app, "Next page")
    there = shown(app)
    select(app, "a", "b")
    both = shown(app)
    (before,) = [data for data in drawn(app) if "rows" in data]
    press(app, "Select none")
    (after,) = [data for data in drawn(app) if "rows" in data]

    assert "1 run selected, 1 of them not on this page" in there
    assert "2 runs selected, 1 of them not on this page" in both
    assert before["chosen"] == ["a", "b"]
    assert after["chosen"] == []
    assert after["turn"] > before["turn"]  # by which the browser knows to follow
    assert disabled(app, "Delete")


def test_what_a_browser_says_of_a_selection_that_is_over_is_not_heard(
    api: FakeApi, opened: Open
) -> None:
    api.summaries = [TEA, COFFEE]
    app = opened(page=HISTORY)
    select(app, "a")
    press(app, "Select none")

    select(app, "a", "b", turn=0)

    assert "Select runs by their box." in shown(app)


def test_a_link_to_a_run_names_its_api_where_there_may_be_others(
    api: FakeApi, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AQUMEN_FREE_ENDPOINT", "on")
    api.summaries = [TEA]
    app = opened(page=HISTORY)
    (ours,) = listed(app)

    field = app.text_input(key="api")
    field.set_value(str(field.value).replace("127.0.0.1", "localhost")).run()
    (other,) = listed(app)

    assert ours["href"] == "./?run=a"
    assert other["href"].startswith("./?run=a&api=http%3A%2F%2Flocalhost")


def test_selected_runs_are_exported_as_one_zip(api: FakeApi, opened: Open) -> None:
    api.summaries = [TEA, COFFEE]
    zipped = Reply(body="PK", headers={"Content-Type": "application/zip"})
    api.refusals["/api/runs/export"] = zipped
    app = opened(page=HISTORY)

    select(app, "b")
    press(app, "Export")

    assert api.requests("/export")[-1].body == {"run_ids": ["b"]}
    assert app.get("download_button")


def test_deletion_is_confirmed_and_tells_what_became_of_each(api: FakeApi, opened: Open) -> None:
    api.summaries = [TEA, COFFEE]
    gone = {"run_id": "a", "status": 204}
    kept = {"run_id": "b", "status": 409, "detail": "The run is not over."}
    api.refusals["/api/runs/delete"] = Reply(body={"deleted": 1, "runs": [gone, kept]})
    app = opened(page=HISTORY)

    select(app, "a", "b")
    press(app, "Delete")
    asked_before = api.requests("/delete")
    press(app, "Delete 2 runs")

    assert asked_before == []
    assert api.requests("/delete")[-1].body == {"run_ids": ["a", "b"]}
    assert "1 run deleted." in said(app)
    assert "Not deleted: Coffee. The run is not over" in said(app)
    assert "1 run selected" in said(app)


def test_what_the_api_refuses_and_that_it_is_away_lead_on(api: FakeApi, opened: Open) -> None:
    api.refusals["/api/runs"] = problem(422, "until has to be later than since.")
    refused = linked(opened, since="2026-11-02", until="2026-11-01")
    api.refusals["/api/runs"] = problem(422, "cursor is not one of ours.")
    nowhere = linked(opened, cursor="ab")
    away = opened(page=HISTORY, endpoint="http://127.0.0.1:9")

    assert "“Asked on or before” has to be later than “Asked on or after”" in shown(refused)
    assert "Clear filter" in [button.label for button in refused.button]
    assert "Show all runs" in [button.label for button in nowhere.button]
    assert "Nothing answers at" in shown(away)
    assert "Try again" in [button.label for button in away.button]
