"""The sidebar: what the API says of itself."""

import pytest
from streamlit.testing.v1 import AppTest

from console.words import plain
from fakes.api import FakeApi, Reply, problem
from fakes.screen import Open, ask, shown
from fakes.story import Story

WARNING = "Claude (us.anthropic.claude-x) reaches its end of life on 2026-12-01: choose another."


def warnings(app: AppTest) -> list[str]:
    return [said.value for said in app.sidebar.caption if "material/warning" in said.value]


def test_what_the_api_warns_of_is_shown_beside_its_models(api: FakeApi, opened: Open) -> None:
    models = {"weak": {"id": "us.anthropic.claude-haiku-4-5-v1:0"}}
    api.refusals["/api/models"] = Reply(body={"models": models, "warnings": [WARNING]})

    app = opened()

    assert "claude-haiku-4-5-v1:0" in shown(app)
    (warning,) = warnings(app)
    assert plain(WARNING) in warning


def test_an_api_without_warnings_is_shown_without_any(opened: Open) -> None:
    app = opened()

    assert "claude-haiku-4-5-v1:0" in shown(app)
    assert not warnings(app)


def test_the_api_is_looked_for_where_the_secrets_say(opened: Open) -> None:
    app = opened(endpoint="http://127.0.0.1:9")
    other = FakeApi()

    with other.serving() as elsewhere:
        app.secrets["AQUMEN_API_URL"] = elsewhere
        app.run()

    assert other.requests("/health")


@pytest.mark.parametrize("refused", ["/health", "/api/runs"])
def test_who_is_refused_for_his_key_is_told_where_it_is_set(
    api: FakeApi, opened: Open, refused: str
) -> None:
    api.refusals[refused] = problem(401, "This API needs a key.", "unauthorized")

    app = opened()
    ask(app, "Tea time")

    assert "This API needs a key" in shown(app)
    assert "AQUMEN_API_KEY" in shown(app)


def test_nobody_sends_the_console_elsewhere_unless_its_operator_lets_them(
    api: FakeApi, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AQUMEN_API_KEY", "a-key-for-the-operators-endpoint-only")
    api.say("run-1", Story(topic="Tea").start())
    app = opened()
    other = FakeApi()

    with other.serving() as elsewhere:
        app.query_params["api"] = elsewhere
        ask(app, "Tea")

    assert not [field for field in app.text_input if field.key == "api"]
    ours = plain(app.session_state["watch"].api.endpoint)
    assert f"API endpoint: {ours}" in [said.value for said in app.sidebar.caption]
    assert not other.seen
    assert [seen for seen in api.requests("/api/runs") if seen.method == "POST"]
    assert {seen.headers["Authorization"] for seen in api.seen} == {
        "Bearer a-key-for-the-operators-endpoint-only"
    }


def test_the_key_stays_at_home_where_people_may_choose_an_endpoint(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AQUMEN_FREE_ENDPOINT", "on")
    monkeypatch.setenv("AQUMEN_API_KEY", "a-key-for-the-operators-endpoint-only")
    app = opened()
    other = FakeApi()

    with other.serving() as elsewhere:
        app.text_input(key="api").set_value(elsewhere).run()

    assert other.seen
    assert not [seen for seen in other.seen if "Authorization" in seen.headers]
