"""The sidebar: what the API says of itself."""

from console.words import plain
from fakes.api import FakeApi, Reply
from fakes.screen import Open, shown

WARNING = "Claude (us.anthropic.claude-x) reaches its end of life on 2026-12-01: choose another."


def test_what_the_api_warns_of_is_shown_beside_its_models(api: FakeApi, opened: Open) -> None:
    models = {"weak": {"id": "us.anthropic.claude-haiku-4-5-v1:0"}}
    api.refusals["/api/models"] = Reply(body={"models": models, "warnings": [WARNING]})

    app = opened()

    assert "claude-haiku-4-5-v1:0" in shown(app)
    (warning,) = app.sidebar.warning
    assert warning.value == plain(WARNING)


def test_an_api_without_warnings_is_shown_without_any(opened: Open) -> None:
    app = opened()

    assert "claude-haiku-4-5-v1:0" in shown(app)
    assert not app.sidebar.warning
