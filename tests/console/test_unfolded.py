"""Which cards are open, and that they stay so."""

import pytest
from streamlit.testing.v1 import AppTest

from fakes.api import FakeApi
from fakes.screen import Open, click, drawn, rows, shown, turn_to
from fakes.story import Story


@pytest.fixture
def app(api: FakeApi, opened: Open) -> AppTest:
    """The page of a run of two attempts, of which the second failed at step 3."""
    story = Story()
    story.start()
    story.steps(1, 2)
    story.steps(3, 4, 5, 6)
    story.begin(3, attempt=2)
    story.fail("model_unavailable", 3)
    api.say("run-1", *story.told)
    return opened("run-1")


def at(app: AppTest, step: str) -> AppTest:
    """Open the page at a step, as a link does."""
    app.query_params["step"] = step
    return app.run()


def test_a_card_opened_by_its_address_stays_open_while_another_is_read(app: AppTest) -> None:
    at(app, "1.1")
    click(app, "card-run-1-1-2")

    turn_to(app, "card-run-1-1-2-tabs-1", "checks")

    assert [row.place for row in rows(app) if row.opened][:2] == ["1.1", "2.1"]
    assert [data["shown"] for data in drawn(app) if data.get("names", [""])[0]] == [
        "answer",
        "checks",
    ]


def test_a_card_of_an_earlier_attempt_is_closed_without_leaving_the_attempt(app: AppTest) -> None:
    at(app, "5.1")

    click(app, "card-run-1-1-5")

    assert "Attempt 1 of 3" in shown(app)
    assert not [row for row in rows(app) if row.opened]
    click(app, "card-run-1-1-1")
    assert "Attempt 1 of 3" in shown(app)


def test_an_address_older_than_the_click_does_not_open_a_card_again(app: AppTest) -> None:
    click(app, "card-run-1-1-2")
    click(app, "card-run-1-1-2")

    at(app, "2.1")

    assert "card-run-1-1-2" not in [row.key for row in rows(app) if row.opened]
    at(app, "1.1")
    assert "card-run-1-1-1" in [row.key for row in rows(app) if row.opened]


def test_a_click_that_is_told_twice_opens_a_card_once(app: AppTest) -> None:

    click(app, "card-run-1-1-1", told=2)
    assert "card-run-1-1-1" in [row.key for row in rows(app) if row.opened]
    click(app, "card-run-1-1-1", told=2)
    assert "card-run-1-1-1" not in [row.key for row in rows(app) if row.opened]


def test_a_tab_that_an_answer_does_not_have_gives_way_to_its_first(app: AppTest) -> None:
    app.session_state["tabs"] = {"card-run-1-1-1-tabs-1": "evidence"}

    click(app, "card-run-1-1-1")

    assert [data["shown"] for data in drawn(app) if data.get("names", [""])[0]] == ["answer"]
