"""The API's calls over real HTTP: what is sent, and what failures say."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from console.client import Api
from console.errors import ApiAway, ApiFull, ApiRefused, ReplyUnreadable, RunUnknown
from console.replies import Order
from fakes.api import FakeApi, Reply, problem


@pytest.fixture
def fake() -> FakeApi:
    return FakeApi()


@pytest.fixture
def api(fake: FakeApi) -> Iterator[Api]:
    with fake.serving() as endpoint:
        yield Api(endpoint)


def test_health_and_models_are_read(fake: FakeApi, api: Api) -> None:
    fake.health["model_backend"] = "simulator"

    health, models = api.health(), api.models()

    assert health.simulated
    assert health.version == "1.2.3"
    assert models.models["weak"].id == "us.anthropic.claude-haiku-4-5-v1:0"


def test_what_an_operator_should_know_of_the_models_is_read_where_it_is_said(
    fake: FakeApi, api: Api
) -> None:
    before = api.models()
    fake.refusals["/api/models"] = Reply(body={"models": {}, "warnings": ["Choose a newer model."]})

    assert before.warnings == ()
    assert api.models().warnings == ("Choose a newer model.",)


def test_an_order_sends_what_was_chosen_and_its_request_id(fake: FakeApi, api: Api) -> None:
    order = Order(" Reading & writing ", max_attempts=2, difficulty="Expert", subtopic="  ")

    started = api.start(order, "request-0001")

    assert started.run_id == "run-1"
    assert fake.seen[0].body == {
        "topic": "Reading & writing",
        "max_attempts": 2,
        "difficulty": "Expert",
        "request_id": "request-0001",
    }


def test_the_key_goes_along_as_a_bearer_token_and_never_into_a_repr(fake: FakeApi) -> None:
    with fake.serving() as endpoint:
        api = Api(endpoint, "a-key")
        api.health()

    assert fake.seen[0].headers["Authorization"] == "Bearer a-key"
    assert "a-key" not in repr(api)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_key_follows_no_redirect_to_somebody_else(fake: FakeApi, api: Api, status: int) -> None:
    ours, other = replace(api, api_key="secret"), FakeApi()

    with other.serving() as elsewhere:
        fake.refusals["/health"] = Reply(status, {}, {"Location": f"{elsewhere}/health"})
        ours.health()

    assert fake.requests("/health")[-1].headers["Authorization"] == "Bearer secret"
    (seen,) = other.requests("/health")
    assert not [name for name, said in seen.headers.items() if "secret" in said]


def test_whole_runs_are_asked_for_by_status_and_words(fake: FakeApi, api: Api) -> None:
    fake.summaries = [
        {"run_id": "a", "status": "failed", "topic": "Tea", "novelty": 1},
        {"run_id": "b", "status": "succeeded", "topic": "Tea"},
    ]

    page = api.runs(more={"status": "failed", "q": "tea"}, limit=5)

    assert [run.run_id for run in page.runs] == ["a"]
    assert fake.seen[0].query == {
        "kind": "full",  # the first of several
        "status": "failed",
        "q": "tea",
        "limit": "5",
    }


def test_a_run_can_be_cancelled(fake: FakeApi, api: Api) -> None:
    assert api.cancel("run-1")
    assert fake.cancelled == ["run-1"]


def test_a_report_is_fetched_as_it_is(fake: FakeApi, api: Api) -> None:
    report = Reply(body="# A run\n", headers={"Content-Type": "text/markdown; charset=utf-8"})
    fake.refusals["/api/runs/run-1/export"] = report

    assert api.report("run-1") == b"# A run\n"
    assert fake.requests("/export")[0].query == {"format": "markdown"}

    fake.refusals["/api/runs/run-1/export"] = Reply(body={"a": "page of somebody else"})
    with pytest.raises(ReplyUnreadable):
        api.report("run-1")


def test_run_ids_cannot_leave_their_place_in_the_path(fake: FakeApi, api: Api) -> None:
    with pytest.raises(RunUnknown):
        api.run("../models?x=")

    assert fake.seen[0].path == "/api/runs/..%2Fmodels%3Fx%3D"


def test_a_full_server_says_when_to_come_back(fake: FakeApi, api: Api) -> None:
    fake.refusals["/api/runs"] = problem(503, "All places are taken.", Retry_After="7")

    with pytest.raises(ApiFull, match="All places are taken") as caught:
        api.start(Order("Topic"), "request-0001")

    assert caught.value.retry_after == 7


def test_field_errors_are_told_one_a_line(fake: FakeApi, api: Api) -> None:
    errors = [{"field": "topic", "message": "is too long"}, {"loc": ["body", "x"], "msg": "no"}]
    body = {"detail": "The request is not valid.", "code": "invalid_request", "errors": errors}
    fake.refusals["/api/runs"] = Reply(422, body)

    with pytest.raises(ApiRefused, match=r"The request is not valid\.") as caught:
        api.start(Order("Topic"), "request-0001")

    assert caught.value.fields == "topic: is too long\nbody.x: no"


def test_a_field_error_that_the_sentence_says_is_not_told_again(fake: FakeApi, api: Api) -> None:
    errors = [
        {"field": "prompts.catalog", "message": "The text lacks {{topic}}."},
        {"field": "from_step", "message": "must be at most 7"},
    ]
    body = {"detail": "The text lacks {{topic}}.", "errors": errors}
    fake.refusals["/api/runs"] = Reply(422, body)

    with pytest.raises(ApiRefused, match=r"The text lacks") as caught:
        api.start(Order("Topic"), "request-0001")

    assert caught.value.fields == "from_step: must be at most 7"


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (Reply(500, "<html>Traceback"), "The API failed with status 500"),
        (Reply(401, ["?"]), "The API refused the console's key"),
        (Reply(418), "The API refused the request with status 418"),
    ],
)
def test_an_answer_without_a_reason_still_makes_a_sentence(
    fake: FakeApi, api: Api, reply: Reply, sentence: str
) -> None:
    fake.refusals["/health"] = reply

    with pytest.raises(ApiRefused, match=sentence):
        api.health()


@pytest.mark.parametrize("body", ["<html>", [1, 2], {"models": 3}])
def test_an_answer_in_another_tongue_is_unreadable(fake: FakeApi, api: Api, body: object) -> None:
    fake.refusals["/api/models"] = Reply(200, body)

    with pytest.raises(ReplyUnreadable, match="not in the way the Aqumen API does"):
        api.models()


def test_nobody_there_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(ApiAway, match=f"Nothing answers at http://127.0.0.1:{port}"):
        Api(f"http://127.0.0.1:{port}").health()


def test_an_endpoint_that_is_no_address_is_said_in_one_sentence() -> None:
    with pytest.raises(ApiAway, match="is not an address"):
        Api("ftp://example").health()


def test_a_server_that_takes_the_connection_and_says_nothing_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("console.client.CALL_TIMEOUT", (1.0, 0.1))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        api = Api(f"http://127.0.0.1:{silent.getsockname()[1]}")

        with pytest.raises(ApiAway, match="did not answer in time"):
            api.models()


def test_an_answer_that_does_not_end_is_given_up(
    fake: FakeApi, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.client.MOST_BYTES", 10_000)
    fake.health["version"] = "x" * 20_000

    with pytest.raises(ReplyUnreadable):
        api.health()


def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.client._body.__defaults__", (0.3,))
    stop = threading.Event()

    def drip(server: socket.socket) -> None:
        client, _ = server.accept()
        with client, suppress(OSError):
            client.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
            while not stop.wait(0.05):
                client.sendall(b" ")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        try:
            with pytest.raises(ReplyUnreadable):
                Api(f"http://127.0.0.1:{server.getsockname()[1]}").health()
        finally:
            stop.set()
            thread.join(5)
