"""The screen of one run, in every state it can be in."""

import re
from datetime import UTC, datetime, timedelta

from fakes.api import FakeApi, Stream, problem
from fakes.screen import HISTORY, Open, cards, click, drawn, meters, press, rows, shown, until
from fakes.story import Story, Told, delta


def test_a_running_run_shows_what_is_being_written(api: FakeApi, opened: Open) -> None:
    story = Story()
    story.start(simulated=True, timestamp=datetime.now(UTC) - timedelta(minutes=5))
    story.steps(1)
    story.begin(2)
    _, progress = story.progress(14, 1)
    under_way = {"input_tokens": 1900, "output_tokens": 60}
    progress.update(steps_done=3, steps_expected=9, model_calls=2, cost_usd=0.015, usage=under_way)
    api.say("run-1", *story.told, delta(2, 0, "Halfway thr"))

    app = opened("run-1")
    until(app, lambda: any("Halfway thr" in block.value for block in app.code))

    labels = cards(app)
    assert "Generate difficulty categories" in labels[0]
    assert "11 characters" in labels[1]
    assert "Simulated answers" in shown(app)
    assert "Cancel" in [button.label for button in app.button]
    assert app.get("progress")[0].proto.value == 14
    figures = meters(app)
    assert re.fullmatch(r"5 min \d\d s", figures.pop("Elapsed")[0])
    assert figures == {
        "Steps": ("3", "of 9"),
        "Attempt": ("1", "of 3"),
        "Model calls": ("2", ""),
        "Tokens": ("2.0k", "60 out"),
        "Cost": ("$0.015", ""),
    }


def test_text_that_came_meanwhile_is_there_at_the_next_drawing(api: FakeApi, opened: Open) -> None:
    story = Story()
    api.say("run-1", story.start(), story.begin(1), delta(1, 0, "One "))
    app = opened("run-1")
    until(app, lambda: any("One" in block.value for block in app.code))

    api.say("run-1", delta(1, 4, "two"))

    until(app, lambda: any("One two" in block.value for block in app.code))


def test_a_run_that_waits_for_room_says_its_place(api: FakeApi, opened: Open) -> None:
    story = Story()
    api.say("run-1", story.start(), story.queued(4))

    app = opened("run-1")

    until(app, lambda: "waiting for room, place 4" in app.get("progress")[0].proto.text)
    assert "Waiting for room" in shown(app)


def test_cancel_asks_the_api_once(api: FakeApi, opened: Open) -> None:
    story = Story()
    api.say("run-1", story.start(), story.begin(1))
    app = opened("run-1")
    until(app, lambda: any(button.label == "Cancel" for button in app.button))

    press(app, "Cancel")

    assert api.cancelled == ["run-1"]
    assert next(b for b in app.button if b.key == "cancel").disabled


def test_a_cancel_that_was_refused_stays_said_while_the_run_goes_on(
    api: FakeApi, opened: Open
) -> None:
    story = Story()
    api.say("run-1", story.start(), story.begin(1))
    api.refusals["/api/runs/run-1/cancel"] = problem(503, "The server is full.", Retry_After="7")
    app = opened("run-1")
    until(app, lambda: any(button.label == "Cancel" for button in app.button))

    press(app, "Cancel")
    app.run()

    said = "The server is full\\. Try again in 7 seconds\\. The run was not cancelled."
    assert [error.value for error in app.error] == [said]
    assert not next(b for b in app.button if b.key == "cancel").disabled


def test_a_finished_run_shows_its_question_with_answers_without_and_as_json(
    api: FakeApi, opened: Open
) -> None:
    api.say("run-1", *Story().whole().told)

    app = opened("run-1")
    with_answers, figures = shown(app), meters(app)
    form = next(group for group in app.button_group if "JSON" in group.options)
    form.set_value("As the student gets it").run()
    as_given = shown(app)
    next(group for group in app.button_group if "JSON" in group.options).set_value("JSON").run()

    assert figures["Model calls"] == ("8", ""), "as the end says, not the last progress before it"
    assert figures["Cost"] == ("$0.080", "")
    assert "<mark>handle = open(path)" in with_answers
    assert "The file is never closed." in with_answers
    assert "Question ready after 1 attempt, evidence: single-sample" in with_answers
    assert "<mark>" not in as_given
    assert "handle = open(path)" in as_given
    assert any('"title": "Find what leaks"' in code.value for code in app.code)


def test_a_failed_run_says_where_and_why_and_opens_the_card(api: FakeApi, opened: Open) -> None:
    story = Story()
    story.start()
    story.steps(1, 2)
    story.begin(3)
    story.fail("model_unavailable", 3)
    api.say("run-1", *story.told)

    app = opened("run-1")

    said = shown(app)
    assert "Failed at step 3 (Generate strategic question), attempt 1" in said
    assert "The model service is unavailable at the moment." in said
    assert "The same request may succeed later." in said
    assert [row.opened for row in rows(app)] == [False, False, True]
    (link,) = [link.proto for link in app.get("page_link")]
    assert link.label == "Fork from step 3, with the same prompt or another"
    assert "run=run-1&step=3" in link.query_string
    assert "<em>The model service is unavailable" in cards(app)[2]


def test_a_step_that_was_rejected_names_the_check(api: FakeApi, opened: Open) -> None:
    story = Story()
    story.start()
    story.begin(1)
    for answer in (1, 2, 3):
        story.answer(1, answer=answer, failed="three_levels")
    story.no_question("Step 1 was rejected 3 times.", attempts=0, stopped_at=1)
    story.done()
    api.say("run-1", *story.told)

    app = opened("run-1")

    said = shown(app)
    assert (
        "No question at step 1 (Generate difficulty categories), attempt 1, check three_levels"
        in said
    )
    assert "three_levels is not met" in said
    assert "three_levels" in cards(app)[0]


def test_the_attempt_looked_at_says_what_came_of_it(api: FakeApi, opened: Open) -> None:
    story = Story()
    story.start()
    story.steps(1, 2)
    for attempt in (1, 2):
        story.steps(3, 4, 5, 6, attempt=attempt)
    story.no_question("No question separated the two models in 2 attempts.")
    story.done()
    api.say("run-1", *story.told)

    app = opened("run-1")

    latest = shown(app)
    assert "Groundwork" in latest
    assert "Attempt 2 of 3" in latest
    assert "No question separated the two models" in latest
    assert len(rows(app)) == 6
    app.query_params["step"] = "3.1"
    app.run()
    assert "Attempt 1 of 3" in shown(app)
    assert len(rows(app)) == 6


def test_an_opened_card_shows_answer_prompt_checks_calls_and_what_came(
    api: FakeApi, opened: Open
) -> None:
    api.say("run-1", *Story().whole().told)
    app = opened("run-1")

    click(app, "card-run-1-1-1")

    tabs = next(data["labels"] for data in drawn(app) if "labels" in data)
    assert tabs == ["Answer", "Prompt", "Checks (1 of 1)", "Calls (1)", "Raw"]
    assert "answer 1 of step 1, attempt 1" in [block.value for block in app.code]


def test_run_ids_nobody_knows_are_said_plainly_and_lead_to_the_runs(opened: Open) -> None:
    app = opened("run-404")

    until(app, lambda: bool(app.error))
    said = shown(app)
    links = [link.proto.label for link in app.get("page_link")]
    press(app, "Close")

    assert "There is no run with this id" in said
    assert links == ["Find it among the runs"]
    assert "run" not in app.query_params


def test_a_run_that_was_refused_is_asked_for_again(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *Story().whole().told)
    api.scripts["run-1"] = [problem(401, "This API needs a key.", "unauthorized")]
    app = opened("run-1")
    until(app, lambda: bool(app.error))
    said = shown(app)

    press(app, "Try again")

    assert "This API needs a key" in said
    assert "AQUMEN_API_KEY" in said
    until(app, lambda: "Question ready after" in shown(app))
    assert not app.error


def test_a_run_the_api_has_forgotten_keeps_what_was_seen(api: FakeApi, opened: Open) -> None:
    def forgets(stream: Stream) -> None:
        stream.tell("run-1", Story().start())

    api.scripts["run-1"] = [forgets, problem(404, "There is no run with this id.")]

    app = opened("run-1")
    until(app, lambda: bool(app.error))

    assert "What is here stays" in shown(app)
    assert "Reading files" in shown(app)
    assert "Try again" not in {button.label for button in app.button}


def test_a_run_that_is_refused_halfway_is_gone_on_with_and_not_paid_twice(
    api: FakeApi, opened: Open
) -> None:
    def breaks_off(stream: Stream) -> None:
        stream.tell("run-1", Story().start())

    api.say("run-1", *Story().whole().told)
    api.scripts["run-1"] = [breaks_off, problem(401, "This API needs a key.", "unauthorized")]
    app = opened("run-1")
    until(app, lambda: bool(app.error))
    offered = {button.label for button in app.button}

    press(app, "Try again")

    assert "Run again" not in offered
    until(app, lambda: "Question ready after" in shown(app))
    assert not app.error


def test_closing_a_run_brings_the_examples_back(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *Story().whole().told)
    app = opened("run-1")

    press(app, "Close")

    assert "run" not in app.query_params
    assert not rows(app)


def test_an_api_that_is_away_is_said_plainly_on_every_page(opened: Open) -> None:
    nobody = "http://127.0.0.1:9"

    run = opened("run-1", endpoint=nobody)
    until(run, lambda: bool(run.warning))
    history = opened(endpoint=nobody, page=HISTORY)

    assert "Nothing answers at" in shown(run)
    assert "The console keeps trying" in shown(run)
    assert "Nothing answers at" in shown(history)


NASTY = "<img src=x onerror=alert(1)> ![i](http://evil.example/i.png) [l](http://evil.example)"


def nasty_run() -> list[Told]:
    story = Story(topic=NASTY)
    story.start()
    story.begin(1)
    story.answer(1, text=NASTY, failed="<b>check</b>")
    story.fail("model_unavailable", 1)
    return story.told


def test_what_models_and_users_write_is_never_markup(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *nasty_run())

    app = opened("run-1")

    assert "<img" not in shown(app)
    for label in cards(app):
        assert set(re.findall(r"</?(\w+)", label)) <= {"i", "b", "span", "strong", "small", "em"}
        assert "<b>check" not in label


def test_a_fork_says_where_it_comes_from_and_what_it_reuses(api: FakeApi, opened: Open) -> None:
    story = Story()
    story.start(kind="fork", parent="RUN0")
    for step in range(1, 8):
        story.begin(step)
        _, data = story.answer(step)
        if step < 6:
            data |= {"reused_from": "RUN0", "cost_usd": 0.0, "duration_seconds": 0.0}
    story.final()
    story.done()
    api.say("run-1", *story.told)

    app = opened("run-1")

    (link,) = [link.proto for link in app.get("page_link") if "RUN0" in link.proto.label]
    assert link.label == "Forked from RUN0"
    assert "run=RUN0" in link.query_string
    labels = cards(app)
    assert all("reused" in label and "$" not in label for label in labels[:5])
    assert all("reused" not in label for label in labels[5:])
    assert "Question ready" in shown(app)


def test_a_rejudgement_is_no_question(api: FakeApi, opened: Open) -> None:
    story = Story()
    story.start(kind="rejudge", parent="RUN0")
    story.steps(6)
    _, data = story.no_question("The answers of attempt 1 were judged again.", attempts=1)
    data["success"] = True
    story.done()
    api.say("run-1", *story.told)

    app = opened("run-1")

    assert "Judged again" in shown(app)
    assert "The answers of attempt 1 were judged again." in shown(app)
    assert "Question ready" not in shown(app)
    judges, both = [link.proto for link in app.get("page_link")]
    assert judges.label == "Judges the answers of RUN0"
    assert both.label == "Compare with parent"
    assert "RUN0" in both.query_string
    assert "run-1" in both.query_string
