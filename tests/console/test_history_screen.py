"""The list of past runs."""

from fakes.api import FakeApi
from fakes.screen import HISTORY, Open, shown


def test_history_is_empty_at_first(opened: Open) -> None:
    app = opened(page=HISTORY)

    assert "There are no runs yet" in shown(app)


def test_history_lists_runs_and_filters_them(api: FakeApi, opened: Open) -> None:
    api.summaries = [
        {"run_id": "a", "status": "succeeded", "topic": "Tea", "cost_usd": 0.091},
        {"run_id": "b", "status": "failed", "topic": "Coffee", "simulated": True},
        {"run_id": "c", "status": "paused", "topic": "Cocoa"},
        {"run_id": "d", "status": "succeeded", "topic": "Mate", "kind": "rejudge"},
    ]
    app = opened(page=HISTORY)
    before = shown(app)

    app.selectbox(key="status").set_value("failed").run()
    after = shown(app)
    app.text_input(key="search").set_value("water").run()

    assert "Question ready" in before
    assert "paused" in before
    assert "Judged again" in before
    assert "$0.091" in before
    assert "Question ready" not in after
    assert "simulated" in after
    assert "No run fits this filter" in shown(app)
