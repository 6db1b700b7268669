"""The exercise's page, and the ways that lead to it."""

from typing import Any

from streamlit.testing.v1 import AppTest

from fakes.api import FakeApi, Reply, problem
from fakes.screen import Open, press, shown, until
from fakes.story import Story

PLACE, SHARE = "/api/play/t__k", "/api/runs/run-1/share"
EXERCISE: dict[str, Any] = {
    "title": "Find <b>them</b>",
    "difficulty": "Beginner",
    "content_type": "code",
    "errors_to_find": 1,
    "lines": [{"number": 1, "text": "a = <1> + 2", "pieces": [{"start": 0, "end": 11}]}],
}
WRONG = {"line": 1, "start": 4, "end": 7, "explanation": "<i>One</i> is wrong.", "mistake": "M"}
SCORED = {"errors_to_find": 1, "hits": [], "misses": [WRONG], "false_alarms": []}


def by_link(opened: Open, api: FakeApi, answer: Reply) -> AppTest:
    api.refusals[PLACE] = answer
    app = opened()
    api.seen.clear()
    app.query_params["play"] = "t__k"
    return app.run()


def test_a_link_shows_the_exercise_and_nothing_else(api: FakeApi, opened: Open) -> None:
    app = by_link(opened, api, Reply(body=EXERCISE))

    assert "Find &lt;b&gt;them&lt;/b&gt;" in shown(app)
    assert "**1 error**" in app.main.markdown[0].value
    assert not app.sidebar.caption
    assert {seen.path for seen in api.seen} == {PLACE}


def test_an_answer_is_explained_in_place_and_can_be_given_again(api: FakeApi, opened: Open) -> None:
    app = by_link(opened, api, Reply(body=EXERCISE))
    api.refusals[f"{PLACE}/answers"] = Reply(body=SCORED)

    press(app, "Submit")
    told = shown(app)
    press(app, "Try again")

    assert api.requests("/answers")[0].body == {"marks": []}
    assert 'a = <mark class="aq-warn">&lt;1&gt;</mark> + 2' in told
    assert "&lt;i&gt;One&lt;/i&gt; is wrong." in told
    assert "0 of 1" in told
    assert "is wrong" not in shown(app)


def test_an_answer_that_is_refused_can_be_sent_again(api: FakeApi, opened: Open) -> None:
    app = by_link(opened, api, Reply(body=EXERCISE))
    api.refusals[f"{PLACE}/answers"] = problem(503, "Try again in a moment.", "store_failed")

    press(app, "Submit")

    assert "Try again in a moment" in shown(app)
    assert any(button.label == "Submit" for button in app.button)


def test_a_link_that_leads_nowhere_says_so(api: FakeApi, opened: Open) -> None:
    said = problem(404, "There is no exercise behind this link.", "not_found")
    app = by_link(opened, api, said)

    assert "There is no exercise behind this link" in shown(app)
    assert not app.sidebar.caption


def test_a_finished_question_leads_to_its_exercise_and_its_link(api: FakeApi, opened: Open) -> None:
    story = Story()
    api.say("run-1", story.start(), story.final(), story.done())
    api.refusals |= {PLACE: Reply(body=EXERCISE), SHARE: Reply(body={"token": "t__k"})}
    app = opened("run-1")
    until(app, lambda: any(button.label == "Play it" for button in app.button))

    press(app, "Show the link")
    link = [block.value for block in app.code if "play=" in block.value]
    press(app, "Take the link back")
    press(app, "Play it")

    assert link[0].endswith("/?play=t__k")
    assert [seen.method for seen in api.requests("/share")] == ["POST", "DELETE", "POST"]
    assert "Find &lt;b&gt;them" in shown(app)
    assert app.sidebar.caption
