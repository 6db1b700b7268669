"""Tickets, as browsers show them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from fakes.keys import PAGE
from fakes.pipelines import FIRST_TIME, SECOND_TIME
from fakes.sse import blocks

from .conftest import Asked

STREAM = "/api/generate-stream"


def opened(ask: Asked, ticket: str, **more: Any) -> requests.Response:
    asked = {"topic": FIRST_TIME, "ticket": ticket, **more}
    return ask("GET", STREAM, params=asked, stream=True)


def run_started(ask: Asked, ticket: str) -> str:
    answer = opened(ask, ticket)
    assert answer.status_code == 200, answer.text
    assert [block.event for block in blocks(answer)][-1] == "done"
    return answer.headers["X-Run-Id"]


def test_a_ticket_starts_one_run_and_leads_back_to_it(ask: Asked) -> None:
    ticket = ask.ticket("alice")

    run_id = run_started(ask, ticket)
    again = run_started(ask, ticket)
    reconnect = ask(
        "GET",
        STREAM,
        params={"topic": FIRST_TIME, "ticket": ticket},
        headers={"Last-Event-ID": f"{run_id}:2"},
    )
    followed = ask("GET", f"/api/runs/{run_id}/events", params={"ticket": ticket})

    assert again == run_id
    assert reconnect.headers["X-Run-Id"] == run_id
    assert followed.json()[0]["seq"] == 1
    assert ask("GET", f"/api/runs/{run_id}", "alice").status_code == 200


def test_a_ticket_starts_no_second_run(ask: Asked) -> None:
    ticket = ask.ticket("alice")
    run_id = run_started(ask, ticket)

    other = opened(ask, ticket, topic=SECOND_TIME)
    by_another_name = opened(ask, ticket, request_id="another-request")
    ask("DELETE", f"/api/runs/{run_id}", "alice")
    gone = opened(ask, ticket)

    assert other.status_code == 409
    assert by_another_name.headers["X-Run-Id"] == run_id
    assert gone.status_code == 404
    assert opened(ask, ticket, topic=SECOND_TIME).status_code == 404


def test_many_who_show_one_ticket_at_once_share_one_run(ask: Asked) -> None:
    ticket = ask.ticket("alice")
    start = threading.Barrier(8)

    def show(_number: int) -> str:
        start.wait(10)
        return run_started(ask, ticket)

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(show, range(8)))) == 1


def test_a_ticket_opens_nothing_but_its_own_run(ask: Asked) -> None:
    ticket, other = ask.ticket("alice"), ask.run_of("alice")
    run_id = run_started(ask, ticket)
    shown = {"ticket": ticket}

    assert ask("GET", f"/api/runs/{other}/events", params=shown).status_code == 404
    assert ask("POST", f"/api/runs/{other}/cancel", params=shown).status_code == 404
    assert ask("POST", f"/api/runs/{run_id}/cancel", params=shown).json()["changed"] is False
    elsewhere = {"topic": FIRST_TIME, **shown}
    again = {"Last-Event-ID": f"{other}:1"}
    assert ask("GET", STREAM, params=elsewhere, headers=again).status_code == 404
    for place in (f"/api/runs/{run_id}", "/api/runs", "/api/models", "/api/insights"):
        assert ask("GET", place, params=shown).status_code == 401, place
    assert ask("POST", "/api/runs", params=shown, json={"topic": "loops"}).status_code == 401


def test_a_ticket_that_reads_a_run_reads_it_and_starts_none(ask: Asked) -> None:
    run_id, other = ask.run_of("alice"), ask.run_of("alice")
    ticket = ask.ticket("alice", run_id=run_id)
    shown = {"ticket": ticket}

    assert ask("GET", f"/api/runs/{run_id}/events", params=shown).status_code == 200
    assert ask("GET", f"/api/runs/{other}/events", params=shown).status_code == 404
    assert ask("POST", f"/api/runs/{run_id}/cancel", params=shown).status_code == 403
    started = opened(ask, ticket)
    assert started.status_code == 403
    assert "starts none" in started.json()["detail"]


def test_nobody_gets_a_ticket_for_what_their_key_may_not_do(ask: Asked) -> None:
    run_id = ask.run_of("alice")

    def asked(who: str, **body: str) -> int:
        return ask("POST", "/api/tickets", who, json=body).status_code

    assert asked("bob", run_id=run_id) == 404
    assert asked("maker", run_id=run_id) == 403
    assert asked("reader") == 403
    assert asked("site", run_id=run_id) == 403
    assert asked("chief", run_id=run_id) == 200


@pytest.mark.parametrize("ticket", ["", "aqt_", "aqt_made.up", "x" * 900])
def test_what_is_no_ticket_is_refused(ask: Asked, ticket: str) -> None:
    answer = opened(ask, ticket)

    assert answer.status_code == 401
    assert "POST /api/tickets" in answer.json()["detail"]


def test_of_two_tickets_none_is_taken(ask: Asked) -> None:
    """Whoever stands on the way might look at the other one."""
    one, other = ask.ticket("alice"), ask.ticket("bob")

    for shown in (f"ticket={one}&ticket={other}", f"ticket={one}&ticket=", f"ticket&ticket={one}"):
        assert ask("GET", f"{STREAM}?topic=loops&{shown}").status_code == 401, shown


@pytest.mark.parametrize("name", ["Ticket", "X-Ticket", "Cookie", "X-API-Key", "Authorization"])
def test_a_ticket_stands_in_the_address_and_nowhere_else(ask: Asked, name: str) -> None:
    ticket = ask.ticket("alice")
    said = {"Cookie": f"ticket={ticket}", "Authorization": f"Bearer {ticket}"}.get(name, ticket)

    answer = ask("GET", STREAM, params={"topic": "loops"}, headers={name: said})

    assert answer.status_code == 401
    for other in ({"Ticket": ticket}, {"ticket[]": ticket}, {"key": ticket}):
        assert ask("GET", STREAM, params={"topic": "loops"} | other).status_code == 401


def test_a_ticket_that_was_not_used_in_time_starts_nothing(ask: Asked) -> None:
    _given, ticket = ask.runs.ticketing.give("alice", None, -1)

    answer = opened(ask, ticket)

    assert answer.status_code == 401
    assert answer.json()["detail"] == "This ticket has run out before it was used."


def test_a_public_key_is_its_own_pages_and_starts_what_is_cheap(ask: Asked) -> None:
    def asked(origin: str | None) -> int:
        headers = {"Origin": origin} if origin else {"Origin": ""}
        return ask("POST", "/api/tickets", "site", headers=headers).status_code

    assert asked(PAGE) == 200
    assert asked("https://dev.aqumen.ai") == asked(None) == 403
    for more in ({"rigor": "certified"}, {"rigor": "screened"}, {"max_attempts": 4}):
        refused = opened(ask, ask.ticket("site"), **more)
        assert refused.status_code == 403
        assert "single-sample with at most 3 attempts" in refused.json()["detail"]
    run_started(ask, ask.ticket("site"))
