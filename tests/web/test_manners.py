"""How the API takes what real clients send."""

import json

import pytest
import requests

from fakes.pipelines import FIRST_TIME

REQUEST_ID_WORDS = "request_id must be 8 to 64 letters, digits or - . _ ~."
PAGE = {"Origin": "https://demo.aqumen.ai"}


def get(url: str, place: str, **headers: str) -> requests.Response:
    return requests.get(f"{url}{place}", headers=headers, timeout=25)


def finished(url: str) -> str:
    body = {"topic": FIRST_TIME, "request_id": "manners-0001"}
    return str(requests.post(f"{url}/api/generate", json=body, timeout=25).json()["run_id"])


def test_blanks_in_a_query_mean_that_nothing_was_chosen(url: str) -> None:
    run_id = finished(url)

    listed = get(url, "/api/runs?status=&q=&limit=&cursor=").json()["runs"]
    logged = get(url, f"/api/runs/{run_id}/events?after=&deltas=", Accept="application/json")

    assert run_id in [run["run_id"] for run in listed]
    assert logged.json()[0]["seq"] == 1


@pytest.mark.parametrize("cursor", ["zzz", "01j8", "%F0%9F%98%80"])
def test_a_cursor_nobody_was_given_is_refused(url: str, cursor: str) -> None:
    answer = get(url, f"/api/runs?cursor={cursor}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", "application/json"),
        ("application/json;q=0, application/x-ndjson", "application/x-ndjson"),
        ("application/json;q=0.1, text/event-stream", "text/event-stream"),
        ("text/event-stream;q=odd", "text/event-stream"),
    ],
)
def test_a_reader_gets_the_form_it_likes_best(url: str, accept: str, given: str) -> None:
    answer = get(url, f"/api/runs/{finished(url)}/events", Accept=accept)

    assert answer.headers["content-type"].startswith(given)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"topic": 7}, "topic must be text."),
        ({}, "topic is required."),
        ({"topic": "loops", "max_attempts": 9}, "max_attempts must be at most 5."),
        ({"topic": "loops", "max_attempts": "many"}, "max_attempts must be a whole number."),
        ({"topic": "loops", "max_attempts": True}, "max_attempts must be a whole number."),
        ({"topic": "loops", "request_id": "a b"}, REQUEST_ID_WORDS),
        ({"topic": "loops", "request_id": "with/slash"}, REQUEST_ID_WORDS),
        ({"topic": "loops", "request_id": 12345678}, "request_id must be text."),
        ([], "body must be a JSON object"),
    ],
)
def test_what_is_wrong_is_said_in_words_for_people(url: str, body: object, sentence: str) -> None:
    answer = requests.post(f"{url}/api/generate", json=body, timeout=30)

    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]


BROKEN = "\ud800"
"""Half a character: JSON can say it, and nothing can keep or send it."""


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("/api/runs", {"topic": f"{BROKEN} loops"}),
        ("/api/runs", {"topic": "loops", "request_id": f"{BROKEN}-of-mine"}),
        ("/api/runs/delete", {"run_ids": [BROKEN]}),
        ("/api/runs/export", {"run_ids": [BROKEN]}),
        ("/api/tickets", {"run_id": BROKEN}),
        ("/api/update-prompt", {"step": BROKEN, "new_prompt": BROKEN}),
        ("/api/runs/{run_id}/fork", {"from_step": 3, "models": {BROKEN: "a-model"}}),
        ("/api/runs/{run_id}/fork", {"from_step": 3, "models": {"judge": BROKEN}}),
        ("/api/runs/{run_id}/fork", {"from_step": 3, "prompts": {BROKEN: BROKEN}}),
        ("/api/runs/{run_id}/rejudge", {"model": BROKEN}),
        ("/api/runs/{run_id}/rejudge", {"prompt": BROKEN}),
    ],
)
def test_broken_characters_are_refused_wherever_they_stand(
    url: str, place: str, body: object
) -> None:
    sent = json.dumps(body)
    there = url + place.format(run_id=finished(url))

    answer = requests.post(there, sent, headers={"Content-Type": "application/json"}, timeout=30)

    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "invalid_request"


@pytest.mark.parametrize("field", ["prompts", "models"])
def test_of_ever_so_many_mistakes_a_few_are_told(url: str, field: str) -> None:
    """Else a body is answered with many times as much, and everybody waits meanwhile."""
    place = f"{url}/api/runs/{finished(url)}/fork"

    many = requests.post(place, json={field: dict.fromkeys(map(str, range(60_000)), 1)}, timeout=30)
    some = requests.post(place, json={field: dict.fromkeys(map(str, range(30)), 1)}, timeout=30)

    assert many.status_code == some.status_code == 422
    assert f"{field} must have at most 32 entries" in many.json()["detail"]
    assert some.json()["detail"].endswith("; and 11 more.")
    assert len(some.json()["errors"]) == 20


def test_so_it_is_where_a_query_says_a_thing_ever_so_often(url: str) -> None:
    answer = get(url, f"/api/runs?{'&'.join(['kind=x'] * 2000)}")

    assert answer.status_code == 422
    assert len(answer.content) < 8000


@pytest.mark.parametrize("body", ["[" * 100_000, '{"topic":' * 50_000, f'{{"topic":{"9" * 9000}}}'])
def test_a_body_made_to_be_hard_to_read_is_given_up(url: str, body: str) -> None:
    json_ = {"Content-Type": "application/json"}
    for place in ("/api/generate", "/api/runs", "/api/tickets"):
        answer = requests.post(url + place, body, headers=json_, timeout=30)
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_request_id_may_hold_whatever_stands_for_itself_in_a_url(url: str) -> None:
    body = {"topic": "loops", "request_id": "page.v2~tab_1-X"}

    first, again = (requests.post(f"{url}/api/runs", json=body, timeout=30) for _ in range(2))

    assert first.status_code == 202
    assert again.json()["run_id"] == first.json()["run_id"]


def test_a_body_too_large_for_any_order_is_refused_so_that_a_page_can_read_why(url: str) -> None:
    declared = requests.post(f"{url}/api/generate", data=b"x" * 1_100_000, headers=PAGE, timeout=30)
    unannounced = requests.post(
        f"{url}/api/generate", data=iter([b"x" * 600_000] * 2), headers=PAGE, timeout=30
    )

    for answer in (declared, unannounced):
        assert answer.status_code == 413
        assert answer.json()["detail"] == "The body of a request may have at most 1 MB."
        assert answer.headers["access-control-allow-origin"] == PAGE["Origin"]


def test_a_conflict_names_the_run_it_is_about(url: str) -> None:
    run_id = finished(url)

    answer = requests.post(
        f"{url}/api/runs", json={"topic": "Another", "request_id": "manners-0001"}, timeout=30
    )

    assert answer.status_code == 409
    assert answer.headers["x-run-id"] == run_id


def test_a_monitor_may_ask_for_health_by_head(url: str) -> None:
    assert requests.head(f"{url}/health", timeout=30).status_code == 200


def test_a_search_holds_no_control_characters(url: str) -> None:
    answer = requests.get(f"{url}/api/runs", {"q": "a\0b"}, timeout=30)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "q"


def test_an_empty_last_event_id_is_none(url: str) -> None:
    answer = get(url, f"/api/runs/{finished(url)}/events", **{"Last-Event-ID": "", "Accept": "*/*"})

    assert answer.status_code == 200


@pytest.mark.parametrize("place", ["/api/runs/", "/health/", "/api/runs/01J8/"])
def test_a_slash_too_many_is_not_found_and_sends_nobody_where_the_host_header_says(
    url: str, place: str
) -> None:
    answer = requests.get(
        f"{url}{place}", headers={"Host": "elsewhere.example"}, allow_redirects=False, timeout=30
    )

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert "location" not in answer.headers
