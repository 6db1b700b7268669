"""What of a step, or which sampled answer, is looked at: the address says it, and nothing else."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from aqumen.events import Evidence, Quote
from console.places import Sampled
from fakes.api import FakeApi
from fakes.certified import certified
from fakes.screen import Open, ask, click, fold, press, shown, turn_to
from fakes.story import Story

PLACE = ("step", "answer", "tab", "tier", "call", "sample")
JUDGEMENT = "card-run-1-1-6"
EVIDENCE = Evidence(
    mistake="Leaves the file open",
    mid="absent",
    weak="present",
    weak_quote=Quote(start=0, end=4, text="weak"),
)


def judged() -> Story:
    """A run whose step 6 took two calls and found something."""
    story = Story()
    story.start()
    story.steps(1, 2, 3)
    for number, text in ((4, "mid wrote this"), (5, "weak wrote that")):
        story.begin(number)
        story.answer(number, text=text)
    story.begin(6)
    _, data = story.answer(6, evidence=(EVIDENCE,))
    data["calls"] = [data["calls"][0] | {"label": name, "prompt": name} for name in ("One", "Two")]
    return story


@pytest.fixture
def judgement(api: FakeApi, opened: Open) -> AppTest:
    api.say("run-1", *judged().told)
    return opened("run-1")


@pytest.fixture
def sampling(api: FakeApi, opened: Open) -> AppTest:
    events = [(event.name, json.loads(event.data)) for event in certified().events]
    api.say("run-1", *[(name, data | {"run_id": "run-1"}) for name, data in events])
    return opened("run-1")


def at(app: AppTest, **query: str) -> AppTest:
    """Open the page at an address, as after a reload."""
    for name in PLACE:
        app.query_params.pop(name, None)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def looked_at(app: AppTest) -> dict[str, str]:
    said = {name: "".join(app.query_params.get(name, "")) for name in PLACE}
    return {name: value for name, value in said.items() if value}


def tier(app: AppTest) -> str:
    (group,) = [each for each in app.button_group if each.key == f"{JUDGEMENT}-tier-1"]
    return str(group.value)


def call(app: AppTest) -> object:
    return app.selectbox(key=f"{JUDGEMENT}-call-1").value


def test_the_address_says_whose_answer_is_read_beside_the_evidence(judgement: AppTest) -> None:
    app = at(judgement, step="6.1", tab="evidence", tier="mid")
    assert tier(app) == "mid"
    assert "mid wrote this" in shown(app)

    (group,) = [each for each in app.button_group if each.key == f"{JUDGEMENT}-tier-1"]
    group.set_value("weak").run()

    assert looked_at(app) == {"step": "6.1", "tab": "evidence", "tier": "weak"}
    assert ">weak<sup" in shown(app)


def test_the_address_says_which_call_is_shown_in_full(judgement: AppTest) -> None:
    app = at(judgement, step="6.1", tab="calls", call="2")
    assert call(app) == 2
    assert "Two" in [block.value for block in app.code]

    app.selectbox(key=f"{JUDGEMENT}-call-1").set_value(1).run()

    assert looked_at(app) == {"step": "6.1", "tab": "calls", "call": "1"}
    assert "One" in [block.value for block in app.code]


@pytest.mark.parametrize("named", ["0", "3", "-1", "x", "²", "9" * 5_000])
def test_a_call_that_there_is_not_is_not_looked_for(judgement: AppTest, named: str) -> None:
    app = at(judgement, step="6.1", tab="calls", call=named)

    assert call(app) == 1
    assert "One" in [block.value for block in app.code]


@pytest.mark.parametrize("named", ["strong", "<b>", "5", "Weak"])
def test_a_tier_that_there_is_not_is_not_looked_for(judgement: AppTest, named: str) -> None:
    app = at(judgement, step="6.1", tab="evidence", tier=named)

    assert tier(app) == "weak"
    assert ">weak<sup" in shown(app)


def test_an_attempt_that_has_not_begun_hides_none_that_has(judgement: AppTest) -> None:
    app = at(judgement, step="5.99", sample="confirm.mid.99.1")

    assert "Attempt 1 of 3" in shown(app)


def test_another_tab_another_step_and_a_closed_card_leave_nothing_of_before_in_the_address(
    judgement: AppTest,
) -> None:
    app = at(judgement, step="6.1", tab="evidence", tier="mid")
    turn_to(app, f"{JUDGEMENT}-tabs-1", "calls")
    assert looked_at(app) == {"step": "6.1", "tab": "calls"}

    app = at(app, step="6.1", tab="calls", call="2")
    click(app, "card-run-1-1-5")
    assert looked_at(app) == {"step": "5.1"}

    app = at(app, step="6.1", tab="calls", call="2")
    click(app, JUDGEMENT)
    assert looked_at(app) == {}


def test_what_is_looked_at_is_named_with_the_answer_it_is_of(api: FakeApi, opened: Open) -> None:
    story = judged()
    story.answer(6, answer=2)
    api.say("run-1", *story.told)
    app = at(opened("run-1"), step="6.1", answer="1", tab="calls")

    app.selectbox(key=f"{JUDGEMENT}-call-1").set_value(2).run()

    assert looked_at(app) == {"step": "6.1", "answer": "1", "tab": "calls", "call": "2"}


def test_another_run_is_shown_without_what_was_looked_at_of_the_last(
    api: FakeApi, opened: Open
) -> None:
    story = judged()
    story.fail(step=7)
    api.say("run-1", *story.told)
    app = at(opened("run-1"), step="6.1", tab="calls", call="2", sample="confirm.mid.1.1")

    ask(app, "Something else")

    assert looked_at(app) == {}
    at(app, step="6.1", sample="confirm.mid.1.1")
    press(app, "Close")
    assert looked_at(app) == {}


def test_the_address_says_which_sampled_answer_is_looked_at(sampling: AppTest) -> None:
    app = at(sampling, sample="confirm.weak.1.5", step="4.1", tab="raw")
    box = next(each for each in app.selectbox if each.label == "Sampled answer")
    assert box.value == Sampled("confirm", "weak", 1, 5)

    box.set_value(Sampled("screen", "mid", 1, 2)).run()
    assert looked_at(app) == {"step": "4.1", "tab": "raw", "sample": "screen.mid.1.2"}

    fold(app, "samples-run-1-1", opened=False)
    assert looked_at(app) == {"step": "4.1", "tab": "raw"}
    assert not [each for each in app.selectbox if each.label == "Sampled answer"]

    fold(app, "samples-run-1-1", opened=True)
    assert looked_at(app)["sample"] == "screen.mid.1.1"


@pytest.mark.parametrize(
    "named", ["confirm.weak.1.99", "confirm.weak.2.1", "nap.weak.1.1", "confirm", "1.1.1.1", "<b>"]
)
def test_a_sampled_answer_that_there_is_not_opens_nothing(sampling: AppTest, named: str) -> None:
    app = at(sampling, sample=named)

    assert "Attempt 1 of 1" in shown(app)
    assert not [each for each in app.selectbox if each.label == "Sampled answer"]


def test_a_step_of_another_attempt_takes_the_place_of_a_sampled_answer(
    judgement: AppTest,
) -> None:
    app = at(judgement, sample="confirm.weak.2.1")

    click(app, "card-run-1-1-1")
    assert looked_at(app) == {"step": "1.1", "sample": "confirm.weak.2.1"}  # a step of both

    click(app, "card-run-1-1-4")
    assert looked_at(app) == {"step": "4.1"}


@pytest.mark.parametrize("phase", ["screen", "confirm"])
def test_a_sampled_answer_is_read_as_it_is_written(phase: str) -> None:
    named = Sampled(phase, "weak", 2, 12)

    assert str(named) == f"{phase}.weak.2.12"
    assert Sampled.read(str(named)) == named
