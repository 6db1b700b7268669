"""Asking for a run, as the form on the screen does it."""

import pytest

from fakes.api import FakeApi, problem
from fakes.screen import Open, ask, press, rows, shown
from fakes.story import Story


def test_at_first_there_is_a_form_with_examples(opened: Open) -> None:
    app = opened()

    assert "Generate" in [button.label for button in app.button]
    assert "GRPO in reinforcement learning" in app.button_group[0].options
    assert not rows(app)
    assert not app.exception


def test_an_example_fills_in_the_topic(opened: Open) -> None:
    app = opened()

    app.button_group[0].select("Rate limiting with Redis").run()

    assert app.text_input(key="topic").value == "Rate limiting with Redis"


def test_asking_starts_a_run_and_puts_it_into_the_address(api: FakeApi, opened: Open) -> None:
    api.say("run-1", Story(topic="Tea").start())
    app = opened()

    ask(app, "Tea")

    assert app.query_params["run"] == "run-1"
    assert "request" not in app.query_params
    (asked,) = [seen for seen in api.requests("/api/runs") if seen.method == "POST"]
    assert asked.body["topic"] == "Tea"
    assert asked.body["max_attempts"] == 3
    assert "rigor" not in asked.body  # what the server offers unasked
    assert "difficulty" not in asked.body
    assert len(asked.body["request_id"]) >= 8
    assert "Tea" in shown(app)


def test_a_rigor_is_asked_for_where_one_is_chosen(api: FakeApi, opened: Open) -> None:
    api.say("run-1", Story(topic="Tea").start())
    app = opened()

    app.selectbox(key="rigor").select("certified")
    ask(app, "Tea")

    (asked,) = [seen for seen in api.requests("/api/runs") if seen.method == "POST"]
    assert asked.body["rigor"] == "certified"


def test_what_the_question_is_to_aim_at_is_asked_for_as_the_form_says(
    api: FakeApi, opened: Open
) -> None:
    api.say("run-1", Story(topic="Tea").start())
    app = opened()

    app.selectbox(key="difficulty").select("Expert")
    app.text_input(key="subtopic").set_value("Brewing")
    app.number_input(key="attempts").set_value(5)
    ask(app, "Tea")

    (asked,) = [seen for seen in api.requests("/api/runs") if seen.method == "POST"]
    chosen = {name: asked.body[name] for name in ("difficulty", "subtopic", "max_attempts")}
    assert chosen == {"difficulty": "Expert", "subtopic": "Brewing", "max_attempts": 5}


def test_a_topic_too_short_is_refused_here(api: FakeApi, opened: Open) -> None:
    app = opened()

    ask(app, "  x ")

    assert "at least three characters" in shown(app)
    assert not [seen for seen in api.seen if seen.method == "POST"]


def test_a_full_server_is_said_and_the_next_click_asks_for_the_same_run(
    api: FakeApi, opened: Open
) -> None:
    api.refusals["/api/runs"] = problem(503, "All places are taken.", Retry_After="7")
    app = opened()

    ask(app, "Tea time")
    said = shown(app)
    ask(app, "Tea time")

    assert "All places are taken" in said.replace("\\", "")
    assert "in 7 seconds" in said
    posts = [seen.body["request_id"] for seen in api.seen if seen.method == "POST"]
    assert len(posts) == 2
    assert len(set(posts)) == 1


def test_a_request_id_from_elsewhere_starts_nothing(api: FakeApi, opened: Open) -> None:
    app = opened()

    app.query_params["request"] = "made-up-by-somebody"
    app.run()

    assert not [seen for seen in api.seen if seen.method == "POST"]
    assert "request" not in app.query_params


def test_an_endpoint_that_is_no_address_is_said_plainly(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AQUMEN_FREE_ENDPOINT", "on")
    app = opened()

    app.text_input(key="api").set_value("my server").run()
    ask(app, "Tea time")

    assert "has to look like" in shown(app)


def test_running_again_asks_for_the_same(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *Story().whole().told)
    api.on_start = lambda _: "run-2"
    api.say("run-2", Story("run-2").start())
    app = opened("run-1")

    press(app, "Run again")
    app.run()

    (asked,) = [seen.body for seen in api.seen if seen.method == "POST"]
    assert asked["topic"] == "Reading files"
    assert app.query_params["run"] == "run-2"


def test_a_second_click_that_comes_late_starts_no_second_run(api: FakeApi, opened: Open) -> None:
    api.say("run-1", Story(topic="Tea").start())
    app = opened()

    ask(app, "Tea")
    ask(app, "Tea")

    assert len([seen for seen in api.requests("/api/runs") if seen.method == "POST"]) == 1


def test_a_second_click_sent_before_the_address_came_shows_the_run_of_the_first(
    api: FakeApi, opened: Open
) -> None:
    api.say("run-1", Story(topic="Tea").start())
    app = opened()
    ask(app, "Tea")

    app.query_params.pop("run")
    ask(app, "Tea")

    assert app.query_params["run"] == "run-1"
    assert "Cancel" in [button.label for button in app.button]
