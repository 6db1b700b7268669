"""What a real browser's EventSource makes of the API, from a page of another origin."""

import json
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from fakes.eventually import eventually
from fakes.processes import Api
from fakes.proxy import Proxy

GOOD, HOPELESS = "SQL transactions", "FizzBuzz in Python"
GRACE_SECONDS = 1

pytestmark = pytest.mark.usefixtures("browser")


@pytest.fixture
def api(open_api: Api) -> Api:
    return open_api


@pytest.fixture
def impatient_api(tmp_path: Path, origin: str) -> Generator[Api]:
    settings = {
        "AQUMEN_SIMULATOR_SPEED": "2",
        "AQUMEN_GRACE_SECONDS": str(GRACE_SECONDS),
        "AQUMEN_CORS_ORIGINS": origin,
    }
    with Api(tmp_path, settings) as api:
        yield api


@pytest.fixture
def restarted_api(tmp_path: Path, origin: str) -> Generator[Api]:
    settings = {"AQUMEN_SIMULATOR_SPEED": "4", "AQUMEN_CORS_ORIGINS": origin}
    with Api(tmp_path, settings) as api:
        yield api


@pytest.fixture
def proxy(api: Api) -> Generator[Proxy]:
    with Proxy(api.port) as proxy:
        yield proxy


class TestDeployedSite:
    def test_goes_from_a_topic_to_a_question_it_can_mark(
        self, page: Page, origin: str, api: Api
    ) -> None:
        choose(page, origin, api.url, GOOD, "Advanced")

        ends(page, "#status", "Finished")
        told = page.locator("#steps li").all_inner_texts()
        assert {line.split()[0] for line in told} == set("1234567")
        assert page.locator("#message").inner_text() == ""
        marked = page.locator("#code mark")
        assert marked.evaluate_all("all => all.every(each => each.dataset.known === 'true')")
        ids = page.locator("#errors li").evaluate_all("all => all.map(each => each.dataset.id)")
        assert sorted(marked.all_inner_texts()) == sorted(ids)
        assert "<<" not in page.locator("#code").inner_text()
        chosen = page.get_by_role("button", name=re.compile("^Advanced: ")).first.inner_text()
        run = newest(api)
        assert f"{run['difficulty']}: {run['subtopic']}" == chosen

    def test_says_why_a_topic_gives_no_question(self, page: Page, origin: str, api: Api) -> None:
        choose(page, origin, api.url, HOPELESS, "Beginner")

        ends(page, "#status", "Finished")
        run = api.get("/api/runs", q=HOPELESS)["runs"][0]
        assert run["status"] == "no_question"
        assert page.locator("#message").inner_text() == run["reason"]

    def test_says_what_broke_when_the_model_service_refuses(
        self, page: Page, origin: str, api: Api
    ) -> None:
        choose(page, origin, api.url, f"{GOOD} #fault=access_denied@3", "Beginner")

        ends(page, "#status", "Failed")
        said = page.locator("#message").inner_text()
        assert "may not use this model" in said

    def test_says_why_a_topic_cannot_be_run(self, page: Page, origin: str, api: Api) -> None:
        open_site(page, origin, api.url)
        page.get_by_label("Topic").fill("?")
        page.get_by_role("button", name="Find subtopics").click()

        expect(page.locator("#message")).to_contain_text("must have 3 to 200 characters")

    def test_shows_an_error_when_cut_off_and_the_run_it_left_is_cancelled(
        self, page: Page, origin: str, impatient_api: Api
    ) -> None:
        with Proxy(impatient_api.port) as proxy:
            choose(page, origin, proxy.url, GOOD, "Intermediate")
            expect(page.locator("#steps li").first).to_be_visible()
            proxy.cut_all()

            ends(page, "#status", "Failed")
            assert page.locator("#message").inner_text() == "Connection error"
            eventually(lambda: newest(impatient_api)["error_code"] == "cancelled", seconds=15)

        assert newest(impatient_api)["kind"] == "full"
        assert newest(impatient_api)["duration_seconds"] > GRACE_SECONDS


class TestIntegrationCode:
    def test_goes_on_where_it_was_when_cut_in_the_middle_of_an_event(
        self, page: Page, origin: str, api: Api, proxy: Proxy
    ) -> None:
        before = full_runs(api)
        proxy.cut_at(b'"step_number":3,"attempt":1,"answer":1,')

        told = follow(page, origin, proxy.url, GOOD, "cut-in-the-middle")

        assert_one_whole_run(api, told, before)
        assert told["reconnected"] == 1

    def test_finishes_one_run_when_cut_before_the_first_byte(
        self, page: Page, origin: str, api: Api, proxy: Proxy
    ) -> None:
        before = full_runs(api)
        proxy.swallow_answer_to("/api/generate-stream")

        told = follow(page, origin, proxy.url, GOOD, "cut-at-the-start")

        assert_one_whole_run(api, told, before)
        assert told["reconnected"] >= 1

    def test_comes_back_when_what_is_in_front_of_the_server_answers_for_it(
        self, page: Page, origin: str, api: Api
    ) -> None:
        before = full_runs(api)
        answers = iter([502])

        def bad_gateway_once(route: Any) -> None:
            status = next(answers, None)
            if status is None:
                route.continue_()
            else:
                route.fulfill(status=status, body="<html>Bad gateway</html>")

        page.route("**/api/generate-stream**", bad_gateway_once)

        told = follow(page, origin, api.url, GOOD, "bad-gateway-once")

        assert_one_whole_run(api, told, before)

    def test_gives_each_letter_once_when_open_text_is_told_again(
        self, page: Page, origin: str
    ) -> None:
        first = [block("start", 1), delta(0, "Wer\U0001f642"), delta(4, "den")]
        again = [delta(0, "Wer\U0001f642denk"), delta(8, "en"), block("done", 2)]
        answer_with(page, first, again)

        told = follow(page, origin, "http://api.test", GOOD, "deltas-again", deltas="true")

        assert told["written"] == "Wer\U0001f642denken"

    def test_fetches_again_what_does_not_fit_and_drops_what_it_has(
        self, page: Page, origin: str
    ) -> None:
        gap = [block("start", 1), block("progress", 3), block("done", 4)]
        cut_id = [block("start", 1), block("progress", 2, event_id="R:")]
        whole = [block("start", 1), block("progress", 2), block("progress", 3), block("done", 4)]
        answer_with(page, gap, cut_id, whole)

        told = follow(page, origin, "http://api.test", GOOD, "does-not-fit")

        assert [event["seq"] for event in told["events"]] == [1, 2, 3, 4]

    def test_says_why_the_server_refuses(self, page: Page, origin: str, api: Api) -> None:
        told = follow(page, origin, api.url, "?", "refused-topic", end="failed")

        assert told["failure"]["code"] == "invalid_request"
        assert "must have 3 to 200 characters" in told["failure"]["message"]

    def test_says_what_broke_when_the_model_service_refuses(
        self, page: Page, origin: str, api: Api
    ) -> None:
        topic = f"{GOOD} #fault=access_denied@2"

        told = follow(page, origin, api.url, topic, "refused-by-aws", end="failed")

        assert told["failure"]["code"] == "model_access_denied"
        assert told["events"][-1]["name"] == "error"

    def test_outlives_a_restart_of_the_server_as_its_run_does(
        self, page: Page, origin: str, restarted_api: Api
    ) -> None:
        page.goto(integration(origin, restarted_api.url, GOOD, "across-a-restart"))
        page.wait_for_function("window.told?.events.some(each => each.name === 'step')")
        restarted_api.stop()
        restarted_api.start()

        ends(page, "#status", "done")
        told = page.evaluate("window.told")
        assert [each["seq"] for each in told["events"]] == list(range(1, len(told["events"]) + 1))
        assert len(full_runs(restarted_api)) == 1

    def test_stops_a_run_when_asked_to(self, page: Page, origin: str, api: Api) -> None:
        page.goto(integration(origin, api.url, f"{GOOD} #fault=silence@3", "stopped-by-hand"))
        page.wait_for_function("window.told?.events.some(each => each.name === 'step')")
        page.get_by_role("button", name="Cancel").click()

        ends(page, "#status", "failed")
        assert page.evaluate("window.told.failure.code") == "cancelled"
        assert newest(api)["status"] == "cancelled"


def open_site(page: Page, origin: str, api: str) -> None:
    page.goto(f"{origin}/tests/browser/pages/deployed_site.html?{urlencode({'api': api})}")


def choose(page: Page, origin: str, api: str, topic: str, difficulty: str) -> None:
    """Ask for a topic's subtopics and take the first one of a difficulty."""
    open_site(page, origin, api)
    page.get_by_label("Topic").fill(topic)
    page.get_by_role("button", name="Find subtopics").click()
    page.get_by_role("button", name=re.compile(f"^{difficulty}: ")).first.click()


def integration(origin: str, api: str, topic: str, request_id: str, **more: str) -> str:
    query = urlencode({"api": api, "topic": topic, "request_id": request_id, **more})
    return f"{origin}/tests/browser/pages/integration.html?{query}"


def follow(
    page: Page,
    origin: str,
    api: str,
    topic: str,
    request_id: str,
    *,
    end: str = "done",
    **more: str,
) -> dict[str, Any]:
    """Follow a run to its end and return what the page was told."""
    page.goto(integration(origin, api, topic, request_id, **more))
    ends(page, "#status", end)
    told: dict[str, Any] = page.evaluate("window.told")
    return told


def block(name: str, seq: int, event_id: str | None = None) -> str:
    data = json.dumps({"run_id": "R", "seq": seq, "type": name})
    return f"event: {name}\ndata: {data}\nid: {event_id or f'R:{seq}'}\n\n"


def delta(offset: int, text: str) -> str:
    call = {"step_number": 4, "attempt": 1, "answer": 1, "call": 1}
    return f"event: delta\ndata: {json.dumps({**call, 'offset': offset, 'text': text})}\n\n"


def answer_with(page: Page, *streams: list[str]) -> None:
    """Have the API's address answer with one stream after the other; each breaks at its end."""
    left = iter(streams)
    headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/event-stream"}
    page.route(
        "http://api.test/**",
        lambda route: route.fulfill(headers=headers, body="".join(["retry: 50\n\n", *next(left)])),
    )


def ends(page: Page, place: str, words: str) -> None:
    expect(page.locator(place)).to_have_text(words)


def newest(api: Api) -> dict[str, Any]:
    run: dict[str, Any] = api.get("/api/runs", limit=1)["runs"][0]
    return run


def full_runs(api: Api) -> list[str]:
    """Return the ids of every run but those of step 1 alone, newest first."""
    runs = api.get("/api/runs", limit=200)["runs"]
    return [run["run_id"] for run in runs if run["kind"] == "full"]


def assert_one_whole_run(api: Api, told: dict[str, Any], before: list[str]) -> None:
    """One run was added; the page got its question, and each of its events once."""
    assert full_runs(api) == [told["final"]["run_id"], *before]
    assert told["final"]["assessment"]["errors"]
    assert told["events"][-1]["name"] == "done"
    assert [event["seq"] for event in told["events"]] == list(range(1, len(told["events"]) + 1))
    assert newest(api)["last_seq"] == len(told["events"])
