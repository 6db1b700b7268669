"""Which web pages may call the API, with the settings nobody has changed."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aqumen.assemble import server
from aqumen.settings import Settings
from fakes.sqlite import with_tables

WELCOME = [
    "http://localhost:5173",
    "http://localhost:3000",
    "http://localhost:8501",
    "https://demo.aqumen.ai",
    "https://dev.aqumen.ai",
    "https://something.vercel.app",
    "https://aqumen-git-main-team.vercel.app",
    "https://x.streamlit.app",
]
STRANGE = [
    "https://x.vercel.app.evil.com",
    "https://evil.com/x.vercel.app",
    "https://xvercel.app",
    "https://.vercel.app",
    "https://a.b.vercel.app",
    "https://x.vercel.app:8443",
    "https://x.vercel.app\n.evil.com",
    "https://demo.aqumen.ai.evil.com",
    "http://something.vercel.app",
    "http://x.streamlit.app",
    "http://demo.aqumen.ai",
    "https://localhost:5173",
    "null",
]


def client(folder: Path, **more: str) -> TestClient:
    url = with_tables(folder / "runs.db")
    settings = Settings(model_backend="simulator", database_url=url).model_copy(update=more)
    return TestClient(server(settings))


def allowed(client: TestClient, origin: str) -> str | None:
    answer = client.get("/health", headers={"Origin": origin})
    return answer.headers.get("Access-Control-Allow-Origin")


@pytest.mark.parametrize("origin", WELCOME)
def test_our_sites_and_their_previews_may_read_answers(tmp_path: Path, origin: str) -> None:
    assert allowed(client(tmp_path), origin) == origin


@pytest.mark.parametrize("origin", STRANGE)
def test_look_alikes_may_not(tmp_path: Path, origin: str) -> None:
    assert allowed(client(tmp_path), origin) is None


def test_a_page_may_read_the_runs_id_and_when_to_come_back(tmp_path: Path) -> None:
    answer = client(tmp_path).get("/health", headers={"Origin": WELCOME[0]})

    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert {name.strip() for name in exposed.split(",")} == {
        "X-Run-Id",
        "Retry-After",
        "Content-Disposition",
    }


def test_answers_that_refuse_may_be_read_too(tmp_path: Path) -> None:
    answer = client(tmp_path).get("/nowhere", headers={"Origin": WELCOME[0]})

    assert answer.status_code == 404
    assert answer.headers["Access-Control-Allow-Origin"] == WELCOME[0]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_page_may_ask_with_json_and_with_its_own_headers(tmp_path: Path, method: str) -> None:
    asked = {
        "Origin": WELCOME[3],
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type, idempotency-key, last-event-id",
    }

    answer = client(tmp_path).options("/api/runs", headers=asked)

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == WELCOME[3]


def test_an_operator_names_sites_separated_by_commas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AQUMEN_CORS_ORIGINS", "https://a.example, https://b.example")

    own = client(tmp_path)

    assert allowed(own, "https://b.example") == "https://b.example"
    assert allowed(own, WELCOME[3]) is None
