"""What models, users and other servers write is text, wherever the console shows it."""

import copy
import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from aqumen.web.insight_examples import EXAMPLES
from console import wire
from fakes.api import FakeApi, Reply, problem
from fakes.certified import ORDERED, certified_by
from fakes.judges import disputing, with_second
from fakes.screen import COMPARE, HISTORY, Open, drawn, press
from fakes.story import Story, Told
from fakes.untrusted import NASTY, check, spoilt


def certified_run() -> list[Told]:
    """Return what a whole run tells that asks each model several times, and two judges."""
    events = certified_by(disputing(1, 2), with_second(ORDERED)).events
    return [(event.name, spoilt(json.loads(event.data))) for event in events]


def failed_run(step: int) -> list[Told]:
    story = Story()
    story.start(kind="fork", parent="run-0")
    story.begin(1)
    story.answer(1, failed="has_content")
    story.retry(1)
    story.fail("model_unavailable", step)
    return [(name, spoilt(data)) for name, data in story.told]


def looked_at(app: AppTest, **query: str) -> int:
    for name, value in query.items():
        app.query_params[name] = value
    return check(app.run())


def leave(app: AppTest) -> None:
    """Close the card that is looked at, and forget that it was."""
    for name in ("step", "tab"):
        app.query_params.pop(name, None)
    for name in ("unfolded", "followed", "tabs"):
        if name in app.session_state:
            del app.session_state[name]


def test_every_event_that_is_spoilt_here_is_one_the_console_reads() -> None:
    told = [*certified_run(), *failed_run(1)]

    assert not [name for name, data in told if wire.read(name, data) is None]
    kinds = {data["type"] for _, data in told}
    assert {"step", "sample", "gate", "final", "error", "retry"} <= kinds


def test_on_the_page_of_a_run(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *certified_run())
    prompt = {"template": "{{topic}}", "version": NASTY, "number": 2, "name": NASTY}
    prompts = {"run_id": "run-1", "prompts": {"judge_answer": prompt, "strategic_question": prompt}}
    api.refusals["/api/runs/run-1/prompts"] = Reply(body=prompts)
    app = opened("run-1")

    assert check(app)
    for step, tab in (
        ("1.1", "answer"),
        ("2.1", "answer"),
        ("3.1", "answer"),
        ("3.1", "prompt"),
        ("3.1", "raw"),
        ("4.1", "answer"),
        ("6.1", "evidence"),
        ("6.1", "answer"),
        ("6.1", "prompt"),
        ("6.1", "checks"),
        ("6.1", "calls"),
        ("7.1", "answer"),
    ):
        closed = check(app.run())
        assert looked_at(app, step=step, tab=tab) > closed or tab == "checks", (step, tab)
        assert tab in [data.get("shown") for data in drawn(app)], (step, tab)
        leave(app)
    app.session_state["samples-run-1-1"] = True
    assert check(app.run())
    assert looked_at(app, view="Timeline")


@pytest.mark.parametrize("step", [1, 3])
def test_on_the_page_of_one_that_failed(api: FakeApi, opened: Open, step: int) -> None:
    api.say("run-1", *failed_run(step))

    assert check(opened("run-1"))
    assert looked_at(opened("run-1"), step="1.1", tab="checks")


def test_where_runs_are_compared(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *certified_run())
    api.say("run-2", *failed_run(1))
    app = opened(page=COMPARE)

    assert looked_at(app, runs="run-1,run-2")
    for step, tab in (
        ("1.1", "Answers"),
        ("1.1", "Prompts"),
        ("1.1", "Checks"),
        ("6.1", "Verdicts"),
    ):
        assert looked_at(app, step=step, tab=tab, all="true"), (step, tab)


def test_in_the_list_of_runs_and_in_what_is_said_of_it(api: FakeApi, opened: Open) -> None:
    row = {"run_id": "run-1", "status": "no_question", "topic": "A run", "reason": "A reason"}
    api.summaries = [spoilt(row | {"topic": f"{NASTY} run", "evidence": NASTY})]
    models = {"weak": {"id": NASTY, "description": NASTY}}
    api.refusals["/api/models"] = Reply(body={"models": models, "warnings": [NASTY]})
    api.health["version"] = NASTY

    assert check(opened(page=HISTORY)) > 2


@pytest.mark.parametrize("page", ["", HISTORY, COMPARE, "console/views/insights.py"])
def test_in_what_a_server_refuses(api: FakeApi, opened: Open, page: str) -> None:
    refused = problem(422, NASTY, "invalid_request")
    refused.body["errors"] = [{"field": NASTY, "message": NASTY}]
    for place in ("/api/runs", "/api/insights", "/api/models"):
        api.refusals[place] = refused
    app = opened(page=page)

    assert check(app)


def test_in_the_insights(api: FakeApi, opened: Open) -> None:
    found: dict[str, Any] = copy.deepcopy(EXAMPLES["insights"]["value"])
    row = {"run_id": "run-1", "status": "no_question", "topic": NASTY, "reason": NASTY}
    api.refusals["/api/insights"] = Reply(body=spoilt(found))
    api.refusals["/api/insights/runs"] = Reply(body={"runs": [row], "next_cursor": None})
    app = opened()
    app.switch_page("console/views/insights.py").run()

    for query in ({"mark": "step=3"}, {"form": "Tables"}, {"group": "Models"}, {"prompt": NASTY}):
        assert looked_at(app, **query), query


def test_in_an_exercise_and_in_what_it_explains(api: FakeApi, opened: Open) -> None:
    place = {"line": 1, "start": 0, "end": 5, "explanation": NASTY, "mistake": NASTY}
    line = {"number": 1, "text": NASTY, "pieces": [{"start": 0, "end": 9}]}
    exercise = {"title": NASTY, "difficulty": NASTY, "content_type": NASTY, "errors_to_find": 1}
    api.refusals["/api/play/t__k"] = Reply(body=exercise | {"lines": [line]})
    scored = {"errors_to_find": 1, "hits": [], "misses": [place], "false_alarms": []}
    api.refusals["/api/play/t__k/answers"] = Reply(body=scored)
    app = opened()

    assert looked_at(app, play="t__k")
    press(app, "Submit")
    assert check(app)


def test_among_the_prompts(api: FakeApi, opened: Open) -> None:
    version = {"number": 1, "version": NASTY, "author": NASTY, "note": NASTY, "activated": True}
    prompt = {
        "name": NASTY,
        "steps": [1],
        "description": NASTY,
        "template": NASTY,
        "version": NASTY,
        "number": 1,
        "placeholders": [NASTY],
        "set_aside": NASTY,
        "versions": [version],
    }
    api.refusals["/api/prompts"] = Reply(body={"prompts": [prompt]})

    assert check(opened(page="console/views/prompts.py"))


@pytest.mark.parametrize("tab", ["answer", "raw"])
def test_an_answer_that_nests_without_an_end_is_text_too(
    api: FakeApi, opened: Open, tab: str
) -> None:
    story, brackets = Story(), "[" * 9000
    api.say("run-1", story.start(), story.begin(1), story.answer(1, text=brackets))
    app = opened("run-1")

    app.query_params.update({"step": "1.1", "tab": tab})
    app.run()

    assert not app.exception
    assert brackets in str([each.proto for each in app.code])
