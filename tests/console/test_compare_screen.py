"""The page that puts runs side by side."""

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

from aqumen.events import Evidence
from fakes.api import FakeApi
from fakes.branching import branching
from fakes.screen import COMPARE, LIMIT, Open, press, shown
from fakes.story import Story

NASTY = "<img src=x onerror=alert(1)> ![i](http://evil.example/i.png)"


def compared(opened: Open, runs: str, **query: str) -> AppTest:
    """Open the page as a link to it does."""
    app = opened()
    app.switch_page(COMPARE)
    for name, value in {"runs": runs, **query}.items():
        app.query_params[name] = value
    return app.run()


def told(text: str, run_id: str = "run-1", **start: str) -> Story:
    story = Story(run_id)
    story.start(**start)
    story.begin(1)
    story.answer(1, text=text)
    story.fail("model_unavailable", 2)
    return story


def test_without_runs_the_page_offers_recent_ones(api: FakeApi, opened: Open) -> None:
    api.summaries = [{"run_id": "01AAAAAA", "status": "succeeded", "topic": "Tea"}]
    api.say("01AAAAAA", *told("One").told)
    api.say("01BBBBBB", *told("Two").told)
    app = compared(opened, "")
    before = shown(app)

    app.multiselect(key="compared_runs").set_value(["01AAAAAA", "01BBBBBB"]).run()

    assert "Choose two to four runs" in before
    assert app.multiselect(key="compared_runs").options[0].startswith("Tea · Question ready")
    assert app.query_params["runs"] == "01AAAAAA,01BBBBBB"
    assert "<del>One</del>" in shown(app)
    assert "<ins>Two</ins>" in shown(app)


def test_both_sides_open_their_run_and_the_step_at_hand(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *told("One").told)
    api.say("run-2", *told("Two").told)

    app = compared(opened, "run-1,run-2")

    links = [link.proto.query_string for link in app.get("page_link")]
    assert links == [
        "run=run-1",
        "run=run-2",
        "run=run-1&step=1.1&tab=answer",
        "run=run-2&step=1.1&tab=answer",
    ]


def test_the_step_the_tab_and_the_answer_are_in_the_address(api: FakeApi, opened: Open) -> None:
    for run_id in ("run-1", "run-2"):
        story = Story(run_id)
        story.start()
        story.steps(1, 2)
        story.begin(3)
        story.answer(3, failed="requirements", text=f"First of {run_id}")
        story.answer(3, answer=2, text=f"Second of {run_id}")
        story.fail("model_unavailable", 4)
        api.say(run_id, *story.told)

    app = compared(opened, "run-1,run-2", step="3.1.1", tab="Answers", all="true")
    first = shown(app)
    next(group for group in app.button_group if group.key == "compared_step").set_value("2.1").run()

    assert "First of run<ins>-2</ins>" in first or "First of run-<ins>2</ins>" in first
    assert app.query_params["step"] == "2.1"
    assert "The same in all of them" in shown(app)


def test_an_address_with_odd_runs_says_what_is_odd_and_shows_the_rest(
    api: FakeApi, opened: Open
) -> None:
    api.say("run-1", *told("One").told)
    api.say("run-2", *told("Two").told)

    odd = shown(compared(opened, "run-1,run-2,run-1,run-404,x,y"))
    alone = shown(compared(opened, "run-1"))
    unknown = shown(compared(opened, "run-1,run-404"))

    assert "run\\-404\\: There is no run with this id" in odd
    assert "Named twice, compared once: run\\-1" in odd
    assert "No more than 4 runs fit. Left out: y" in odd
    assert "<del>One</del>" in odd
    assert "One more run is needed" in alone
    assert "<del>" not in unknown


def test_four_runs_are_four_columns_by_the_letters_a_to_d(api: FakeApi, opened: Open) -> None:
    runs = [f"run-{number}" for number in range(1, 5)]
    for run_id, said in zip(runs, ("One", "Two", "Three", "Four"), strict=True):
        api.say(run_id, *told(said, run_id).told)

    app = compared(opened, ",".join(runs))

    said = shown(app)
    heads = [link.proto.label for link in app.get("page_link")]
    assert heads[:4] == [f"**{letter}** · Reading files" for letter in "ABCD"]
    assert heads[4:] == [f"{letter}: open this step" for letter in "ABCD"]
    assert [column.weight for column in app.columns] == [0.25] * 8, "the runs, and their ways"
    assert "--runs:4" in said
    assert "<div><b>A</b><b>B</b><b>C</b><b>D</b></div>" in said
    for name, rows in (("aq-sums", 4), ("aq-steps", 1)):
        (table,) = re.findall(f'<table class="aq-table {name}">.*?</table>', said)
        assert table.count("<th scope=row>") == rows
    assert re.findall("<th scope=col>(.)</th>", said) == list("ABCD")
    assert re.findall("<(?:del|ins)>(.*?)</", said) == ["One", "Two", "Three", "Four"]


def test_answers_two_judges_differ_on_are_called_disputed(api: FakeApi, opened: Open) -> None:
    for run_id, disputed in (("run-1", True), ("run-2", False)):
        story = Story(run_id)
        story.start()
        story.begin(6)
        found = Evidence(
            mistake="Leaves it open", mid="absent", weak="missing", weak_disputed=disputed
        )
        story.answer(6, evidence=(found,))
        story.fail("model_unavailable", 7)
        api.say(run_id, *story.told)

    said = shown(compared(opened, "run-1,run-2", step="6.1", tab="Verdicts"))

    assert ">disputed</span>" in said
    assert ">unclear</span>" in said
    assert '<tr class="aq-now"><th scope=row>Leaves it open' in said, "the verdicts differ"


def test_one_run_that_goes_on_from_another_offers_both(api: FakeApi, opened: Open) -> None:
    api.say("run-2", *told("Two", "run-2", kind="fork", parent="run-1").told)

    app = compared(opened, "run-2")

    both, runs = [link.proto for link in app.get("page_link")]
    assert both.label == "Compare with parent"
    assert "run-1%2Crun-2" in both.query_string
    assert runs.label == "Select them among the runs"


def test_a_run_that_goes_on_is_followed(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *told("One").told)
    story = Story("run-2")
    api.say("run-2", story.start(), story.begin(1))
    app = compared(opened, "run-1,run-2")
    before = shown(app)

    api.say("run-2", story.answer(1, text="Two"), story.fail("model_unavailable", 2))
    app.run()

    assert "Nothing has come of this in B" in before
    assert "Running" in before
    assert "<ins>Two</ins>" in shown(app)
    reads = [seen.query["after"] for seen in api.requests("run-2/events")]
    assert reads[0] == "0"
    assert "2" in reads


def test_runs_without_a_step_say_so(api: FakeApi, opened: Open) -> None:
    for run_id in ("run-1", "run-2"):
        api.say(run_id, Story(run_id).start())

    assert "None of these runs has begun a step yet" in shown(compared(opened, "run-1,run-2"))


def test_an_api_that_is_away_is_said_once(opened: Open) -> None:
    app = opened(endpoint="http://127.0.0.1:9")
    app.switch_page(COMPARE)
    app.query_params["runs"] = "run-1,run-2"
    app.run()

    (error,) = app.main.error
    press(app, "Try again")

    assert str(error.value).startswith("Nothing answers at")
    assert len(app.main.error) == 1


def test_an_api_that_is_away_is_said_before_any_run_is_chosen(opened: Open) -> None:
    app = opened(endpoint="http://127.0.0.1:9", page=COMPARE)

    assert "Nothing answers at" in str(app.main.error[0].value)
    assert "Try again" in [button.label for button in app.button]


def test_what_models_and_users_write_is_never_markup(api: FakeApi, opened: Open) -> None:
    story = Story(NASTY, topic=NASTY)
    api.say("run-1", story.start(), story.begin(1), story.answer(1, text=NASTY, failed=NASTY))
    api.say("run-2", *told(f"{NASTY} indeed").told)

    for tab in ("Answers", "Prompts", "Figures", "Checks"):
        assert "<img" not in shown(compared(opened, "run-1,run-2", tab=tab, all="true"))


def test_a_fork_and_a_rejudgement_align_with_their_parent_at_the_attempt(
    opened: Open, tmp_path: Path
) -> None:
    with branching(tmp_path) as real:
        parent = real.run("SQL transactions and isolation levels")
        fork = real.over(real.fork(parent["run_id"], 4))
        rejudged = real.over(real.rejudge(parent["run_id"]))
        runs = ",".join(run["run_id"] for run in (parent, fork, rejudged))
        app = opened(endpoint=real.url)
        app.switch_page(COMPARE)
        app.query_params["runs"] = runs
        app.query_params["tab"] = "Figures"
        app.query_params["step"] = f"3.{parent['total_attempts']}"
        app.run(timeout=LIMIT)

    said = shown(app)
    assert "forked from A" in said
    assert "judges the answers of A" in said
    assert said.count("1, reused") == 2
