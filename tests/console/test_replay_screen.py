"""The replay of a run that is over, on its page."""

from datetime import datetime, timedelta

from streamlit.testing.v1 import AppTest

from fakes.api import FakeApi
from fakes.screen import LIMIT, Open, cards, drawn, press, shown, until
from fakes.story import Story

BEGUN = datetime.fromisoformat("2026-11-25T08:00:00+00:00")


def run_of(*seconds: float) -> Story:
    """Return a run whose events come at these seconds; the rest at the last of them."""
    story = Story().whole()
    for number, (_, data) in enumerate(story.told):
        at = BEGUN + timedelta(seconds=seconds[min(number, len(seconds) - 1)])
        data["timestamp"] = at.isoformat()
    return story


def at_moment(api: FakeApi, opened: Open, at: str, *, ends: float = 6.25) -> AppTest:
    api.say("run-1", *run_of(0, 1, 3, 4, ends).told)
    app = opened()
    app.query_params["run"] = "run-1"
    app.query_params["at"] = at
    return app.run()


def test_a_link_to_a_moment_shows_the_run_as_it_was(api: FakeApi, opened: Open) -> None:
    app = at_moment(api, opened, "3.5")

    said = shown(app)
    assert len(cards(app)) == 1
    assert "Question ready" not in said
    assert "3.5 s" in said
    assert "Cancel" not in [button.label for button in app.button]
    assert scrubber(app) == {"at": 3.5, "longest": 6.3, "heard": 0}


def scrubber(app: AppTest) -> dict[str, float]:
    return next(data for data in drawn(app) if "longest" in data)


def test_stepping_moves_the_moment_and_the_address(api: FakeApi, opened: Open) -> None:
    app = at_moment(api, opened, "0.5")

    press(app, "Next")
    forward = len(cards(app)), app.query_params["at"], scrubber(app)["at"]
    press(app, "Back")
    back = len(cards(app)), app.query_params["at"], scrubber(app)["at"]

    assert forward == (1, "1", 1.0)
    assert back == (0, "0", 0.0)


def test_what_leaves_with_the_address_of_before_changes_nothing(api: FakeApi, opened: Open) -> None:
    app = at_moment(api, opened, "3.5")

    app.query_params["at"] = "0"
    press(app, "Next")
    forward = app.query_params["at"]
    press(app, "End")
    app.query_params["at"] = forward
    app.run()

    assert forward == "4"
    assert "Question ready after" in shown(app)
    assert "at" not in app.query_params


def test_playing_goes_on_to_the_end_at_the_speed_chosen_and_then_shows_it(
    api: FakeApi, opened: Open
) -> None:
    app = at_moment(api, opened, "1", ends=1.5 * LIMIT)  # as fast as it happened, it would be late
    app.selectbox(key="replay_speed").set_value(30).run()
    press(app, "Play")
    speed = app.session_state["replay"]["run-1"].speed

    until(app, lambda: "Question ready after" in shown(app))

    assert speed == 30
    assert "Replay" in [button.label for button in app.button]
    assert "at" not in app.query_params
    assert api.requests("run-1/cancel") == []


def test_pausing_keeps_the_moment_in_the_address(api: FakeApi, opened: Open) -> None:
    app = at_moment(api, opened, "1")
    press(app, "Play")

    press(app, "Pause")
    paused = app.query_params["at"]
    app.run()

    assert float(paused) >= 1
    assert app.query_params["at"] == paused
    assert "Play" in [button.label for button in app.button]


def test_the_end_is_one_press_away(api: FakeApi, opened: Open) -> None:
    app = at_moment(api, opened, "1")

    press(app, "End")

    assert "Question ready after" in shown(app)
    assert "at" not in app.query_params


def test_a_replay_begins_at_the_beginning(api: FakeApi, opened: Open) -> None:
    api.say("run-1", *run_of(0, 60).told)
    app = opened("run-1")
    until(app, lambda: "Question ready after" in shown(app))

    press(app, "Replay")

    assert cards(app) == []
    assert "Pause" in [button.label for button in app.button]


def test_a_moment_somebody_made_up_shows_the_end(api: FakeApi, opened: Open) -> None:
    app = at_moment(api, opened, "soon")

    assert "Question ready after" in shown(app)
    assert "at" not in app.query_params
