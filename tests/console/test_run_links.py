"""What the address of a run says, and what it opens."""

import pytest
from streamlit.testing.v1 import AppTest

from aqumen.templates import Prompts
from fakes.api import FakeApi, Reply, problem
from fakes.screen import HISTORY, Open, drawn, rows, shown
from fakes.story import Story


def two_attempts() -> Story:
    story = Story()
    story.start()
    story.steps(1, 2, 3, 4, 5, 6)
    story.begin(3, attempt=2)
    story.answer(3, 2, 1, failed="no_mistake_named")
    story.answer(3, 2, 2)
    story.steps(4, 5, 6, 7, attempt=2)
    story.final(2)
    story.done()
    return story


def at(app: AppTest, **query: str) -> AppTest:
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def query(app: AppTest, name: str) -> str:
    return "".join(app.query_params.get(name, ""))


def links(app: AppTest, label: str) -> list[tuple[str, str]]:
    """Return the labels that begin so, and what their addresses ask for."""
    found = [link.proto for link in app.get("page_link")]
    return [(link.label, link.query_string) for link in found if link.label.startswith(label)]


def test_a_link_opens_its_step_answer_and_tab(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *two_attempts().told)

    app = at(opened("run-1"), step="3.2", answer="1", tab="checks")

    assert [row.opened for row in rows(app)][:3] == [False, False, True]
    said = shown(app)
    assert "Rejected: no_mistake_named is not met (check no_mistake_named)." in said
    assert [data["at"] for data in drawn(app) if data.get("at")] == ["3.2"]
    assert "has_content" in said  # the tab of checks


def test_a_link_to_an_earlier_attempt_shows_that(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *two_attempts().told)

    app = at(opened("run-1"), step="5.1")

    assert "Attempt 1 of 3" in shown(app)
    assert len(rows(app)) == 6
    assert [row.opened for row in rows(app)] == [False] * 4 + [True, False]


def test_an_address_that_names_no_step_opens_none(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *two_attempts().told)

    app = at(opened("run-1"), step="9.9", tab="nonsense", answer="x")

    assert not any(row.opened for row in rows(app))


def test_the_address_follows_what_is_looked_at(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *two_attempts().told)
    app = at(opened("run-1"), step="3.2")

    (answers,) = [each for each in app.button_group if each.key == "card-run-1-2-3-answer-2"]
    answers.set_value(1).run()

    assert (query(app, "step"), query(app, "answer")) == ("3.2", "1")


def test_a_run_that_was_left_by_going_back_is_not_shown_again(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *two_attempts().told)
    app = opened("run-1")

    del app.query_params["run"]
    app.run()

    assert not rows(app)
    assert "run" not in app.query_params


def test_a_run_is_still_shown_after_a_look_at_another_page(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *two_attempts().told)
    app = opened("run-1")

    app.switch_page(HISTORY).run()
    app.query_params.clear()
    app.switch_page("console/views/run.py").run()

    assert query(app, "run") == "run-1"
    assert rows(app)


def test_the_timeline_has_every_call_and_the_sum(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *two_attempts().told)

    app = opened("run-1")
    app.query_params["view"] = "Timeline"
    app.run()

    said = shown(app)
    assert said.count("first token after") == 2 * 12  # as title and for who does not see it
    assert "<tfoot><tr><td>Whole run</td>" in said
    assert not rows(app)


@pytest.mark.parametrize(
    ("number", "said"),
    [(3, "Template version 3 (abc)"), (None, "Template abc, of no numbered version.")],
)
def test_a_prompt_shows_what_was_filled_in_and_into_which_version(
    api: FakeApi, opened: Open, number: int | None, said: str
) -> None:
    story = Story()
    story.start()
    story.begin(4)
    template = Prompts.shipped()["answer_question"]
    _, data = story.answer(4)
    values = {"key": "a452159f7b", "topic": "Tea <b>", "question": "Which?"}
    data["prompt"] = template.fill(values)
    api.say("run-1", *story.told)
    pinned = {"version": "abc", "number": number, "template": template.text, "step_numbers": [4, 5]}
    prompts = {"run_id": "run-1", "prompts": {"answer_question": pinned}}
    api.refusals["/api/runs/run-1/prompts"] = Reply(body=prompts)

    app = at(opened("run-1"), step="4.1", tab="prompt")

    assert 'title="filled in: topic"' in shown(app)
    assert "Tea &lt;b&gt;</mark>" in shown(app)
    named = links(app, "Template version")
    assert [label for label, _ in named] == ([said] if number else [])
    assert all("step=4&version=3" in query for _, query in named)
    assert (said in shown(app)) is (number is None)


def test_a_prompt_is_tried_at_its_own_attempt(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *two_attempts().told)

    app = at(opened("run-1"), step="3.1", tab="prompt")

    assert [query for _, query in links(app, "Try another")] == ["run=run-1&step=3.1"]


def test_a_prompt_is_shown_plain_where_its_template_is_not_known(
    api: FakeApi, opened: Open
) -> None:
    api.say("run-1", *two_attempts().told)
    api.refusals["/api/runs/run-1/prompts"] = problem(404, "Not here.", "not_found")

    app = at(opened("run-1"), step="4.1", tab="prompt")

    assert "What was filled in cannot be marked" in shown(app)
    assert "prompt of step 4" in [block.value for block in app.code]
