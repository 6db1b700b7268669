"""What each scope lets its holder do, over every route there is."""

import re
from contextlib import closing
from http.client import HTTPConnection

import pytest
from starlette.routing import Route

from aqumen.web.problems import Problem
from aqumen.web.rights import RIGHTS, Right, Rights
from fakes.keys import SCOPES, bearer

from .conftest import Asked

GUARDED = [(*route, right) for route, right in RIGHTS.items() if not right.anybody]


def filled(path: str) -> str:
    return re.sub(r"\{number\}", "1", re.sub(r"\{(run_id|step|token)\}", "nobody", path))


def allowed(right: Right, who: str) -> bool:
    return "admin" in SCOPES[who] or bool(set(SCOPES[who]) & set(right.scopes))


def test_a_route_without_an_entry_keeps_the_application_from_being_made() -> None:
    async def surprise(_request: object) -> None: ...

    with pytest.raises(KeyError, match="/api/surprise"):
        Rights([Route("/api/surprise", surprise)])


def test_each_scope_opens_what_the_guide_says_and_no_more() -> None:
    """Said again here: the other tests believe the table."""
    opened: dict[str, set[str]] = {}
    for (method, path), right in RIGHTS.items():
        for scope in ("anybody",) if right.anybody else right.scopes:
            opened.setdefault(scope, set()).add(f"{method} {path}")
    common = {
        "GET /api/models",
        "GET /api/get-prompts",
        "GET /api/prompts",
        "GET /api/prompts/{step}",
        "GET /api/prompts/{step}/versions/{number}",
        "GET /api/prompts/{step}/diff",
    }
    run = "/api/runs/{run_id}"

    assert opened == {
        "anybody": {
            "GET /health",
            "HEAD /health",
            "GET /ready",
            "GET /docs",
            "GET /docs/{name}",
            "GET /openapi.json",
            "HEAD /openapi.json",
            "GET /api/play/{token}",
            "POST /api/play/{token}/answers",
        },
        "admin": {"GET /metrics"},
        "public": {"POST /api/tickets"},
        "prompts": common
        | {
            "PUT /api/prompts/{step}",
            "POST /api/prompts/{step}/activate",
            "POST /api/prompts/{step}/revert",
            "POST /api/update-prompt",
        },
        "read": common
        | {
            "POST /api/tickets",
            "GET /api/runs",
            "POST /api/runs/export",
            f"GET {run}",
            f"GET {run}/events",
            f"GET {run}/export",
            f"GET {run}/prompts",
            "GET /api/insights",
            "GET /api/insights/runs",
        },
        "generate": common
        | {
            "POST /api/tickets",
            "GET /api/generate-stream",
            "POST /api/generate",
            "POST /api/step1",
            "POST /api/runs",
            "POST /api/runs/delete",
            f"DELETE {run}",
            f"POST {run}/cancel",
            f"POST {run}/fork",
            f"POST {run}/rejudge",
            f"POST {run}/share",
            f"DELETE {run}/share",
        },
    }
    shown = {route: right.ticket for route, right in RIGHTS.items() if right.ticket}
    assert shown == {
        ("GET", "/api/generate-stream"): "start",
        ("GET", f"{run}/events"): "follow",
        ("POST", f"{run}/cancel"): "stop",
    }


def test_no_route_answers_a_stranger(ask: Asked) -> None:
    for method, path, _right in GUARDED:
        answer = ask(method, filled(path), json={"topic": "loops"})
        said = Problem.model_validate(answer.json())

        assert answer.status_code == 401, (method, path)
        assert said.code == "unauthorized"
        assert "AQUMEN_API_KEYS" in said.detail
        assert "AQUMEN_AUTH=off" in said.detail
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "place",
    [
        "/api/runs/",
        "//api/runs",
        "/api//runs",
        "/API/runs",
        "/api/%72uns",
        "/api/runs%2f",
        "/api/runs%00",
        "/api/runs;x=/health",
        "/health/../api/runs",
        "/health/%2e%2e/api/runs",
        "/docs/..%2fapi/runs",
        "/api/play/..%2f..%2fapi/runs",
        "/api/runs?ticket",
        "/api/runs?tickeT=x",
    ],
)
def test_no_way_of_writing_a_path_leads_past_the_guard(ask: Asked, place: str) -> None:
    with closing(HTTPConnection(ask.url.removeprefix("http://"), timeout=10)) as connection:
        for method in ("GET", "HEAD", "OPTIONS", "POST", "QUERY"):
            connection.request(method, place)  # as it is: requests would tidy it up
            answer = connection.getresponse()
            answer.read()
            assert answer.status in {307, 401, 404, 405}, (method, place)


@pytest.mark.parametrize("who", ["maker", "reader", "editor", "site", "chief"])
def test_a_key_of_one_scope_cannot_do_anothers_work(ask: Asked, who: str) -> None:
    for method, path, right in GUARDED:
        answer = ask(method, filled(path), who, data=b"[]")

        refused = answer.status_code in {401, 403}
        assert refused is not allowed(right, who), (method, path, answer.text)
        if refused:
            assert answer.json()["code"] == "forbidden"
            assert "AQUMEN_API_KEYS" in answer.json()["detail"]


def test_a_refusal_says_which_scope_it_takes(ask: Asked) -> None:
    answer = ask("POST", "/api/runs", "reader", json={"topic": "loops"})

    assert answer.json()["detail"] == (
        "This key may not do that: it needs the scope generate, in AQUMEN_API_KEYS."
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer aqk_nobodys-key-nobodys-key-nobodys-key"},
        {"Authorization": "Bearer x"},
        {"X-API-Key": "x"},
    ],
)
def test_a_key_that_is_none_is_refused_without_being_repeated(
    ask: Asked, headers: dict[str, str]
) -> None:
    answer = ask("GET", "/api/models", headers=headers)

    assert answer.status_code == 401
    assert answer.json()["detail"] == "This key is none of those in AQUMEN_API_KEYS."


def test_a_key_may_be_sent_in_either_header(ask: Asked) -> None:
    key = ask("GET", "/api/models", "reader").request.headers["Authorization"].split()[1]

    assert ask("GET", "/api/models", headers={"X-API-Key": key}).status_code == 200
    assert ask("GET", "/api/models", params={"key": key}).status_code == 401


def test_a_preflight_is_answered_without_a_key_and_lets_the_key_be_sent(ask: Asked) -> None:
    asked = {
        "Origin": "https://demo.aqumen.ai",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    answer = ask("OPTIONS", "/api/tickets", headers=asked)
    refused = ask("POST", "/api/tickets", headers={"Origin": asked["Origin"]})

    assert answer.status_code == 200
    assert refused.status_code == 401
    assert refused.headers["Access-Control-Allow-Origin"] == asked["Origin"]


def test_strangers_hear_that_the_server_is_up_and_no_more(ask: Asked) -> None:
    stranger, key = ask("GET", "/health").json(), ask("GET", "/health", "reader").json()

    assert set(stranger) == {"status", "timestamp", "pipeline_ready"}
    assert set(key) == {*stranger, "version", "model_backend"}
    for old in ({"X-API-Key": "taken-back"}, bearer("site") | {"Origin": "https://other.example"}):
        assert ask("GET", "/health", headers=old).json().keys() == stranger.keys()


def test_a_student_needs_a_link_and_nothing_else(ask: Asked) -> None:
    run_id = ask.run_of("alice")
    link = ask("POST", f"/api/runs/{run_id}/share", "alice").json()["play_url"]

    exercise = ask("GET", link)
    scored = ask("POST", f"{link}/answers", json={"marks": []})

    assert exercise.status_code == scored.status_code == 200
    assert ask("GET", "/api/play/another").status_code == 404
    for place in (f"/api/runs/{run_id}", f"/api/runs/{run_id}/events", "/api/runs"):
        assert ask("GET", place).status_code == 401
