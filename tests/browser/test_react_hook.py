"""The hook for React in a real browser: on React itself, in a page of another origin."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, Route, expect

from fakes.eventually import eventually
from fakes.processes import Api
from fakes.proxy import Proxy

TOPIC = "SQL transactions"
REACT = Path("/usr/share/nodejs")
"""Where Debian's node-react-dom has React's builds for browsers; later versions ship none."""
CLOSED = 2
"""What an EventSource says of itself when it will not come back."""


pytestmark = pytest.mark.skipif(
    not (REACT / "react-dom" / "umd").exists() and os.environ.get("CI") != "true",
    reason="no React on this machine: apt-get install -y node-react-dom",
)


@pytest.fixture
def api(open_api: Api) -> Api:
    return open_api


@pytest.fixture(autouse=True)
def _react(page: Page) -> None:
    page.route("**/nodejs/**", from_debian)


def test_a_run_goes_on_after_a_cut_to_its_question(page: Page, origin: str, api: Api) -> None:
    before = len(runs(api))
    with Proxy(api.port) as proxy:
        proxy.cut_at(b'"step_number":3,"attempt":1,"answer":1,')
        open_page(page, origin, proxy.url)
        page.get_by_role("button", name="Generate").click()

        ends(page, "done")

    assert_told_of_the_cut(page.evaluate("window.statuses"))
    assert sorted(shown_steps(page)) == list("1234567")
    assert page.get_by_role("heading").inner_text()
    assert page.locator("#errors li").count() >= 1
    assert page.get_by_role("progressbar").evaluate("bar => bar.value") == 100
    assert len(runs(api)) == before + 1
    assert runs(api)[0]["status"] == "succeeded"


def test_leaving_closes_the_connection_and_the_run_is_cancelled(
    page: Page, origin: str, api: Api
) -> None:
    open_page(page, origin, api.url, topic=f"{TOPIC} #fault=silence@3")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#steps li").first).to_be_visible()

    page.get_by_role("button", name="Leave").click()

    expect(page.locator("main")).to_have_count(0)
    assert states(page) == [CLOSED]
    eventually(lambda: runs(api)[0]["error_code"] == "cancelled", seconds=15)


def test_a_run_asked_for_in_an_effect_is_one_run_though_effects_run_twice(
    page: Page, origin: str, api: Api
) -> None:
    before = len(runs(api))

    open_page(page, origin, api.url, auto="")

    ends(page, "done")
    assert len(runs(api)) == before + 1


def test_an_effect_that_runs_again_follows_the_same_run(page: Page, origin: str, api: Api) -> None:
    before = len(runs(api))
    with Proxy(api.port) as proxy:
        open_page(page, origin, api.url, other=proxy.url)
        page.get_by_role("button", name="Generate").click()
        expect(page.locator("#steps li").first).to_be_visible()

        page.get_by_role("button", name="Use the other address").click()

        ends(page, "done")

    assert states(page) == [CLOSED, CLOSED]
    assert sorted(shown_steps(page)) == list("1234567")
    assert len(runs(api)) == before + 1


def test_a_run_is_cancelled(page: Page, origin: str, api: Api) -> None:
    open_page(page, origin, api.url, topic=f"{TOPIC} #fault=silence@3")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#steps li").first).to_be_visible()

    page.get_by_role("button", name="Cancel").click()

    ends(page, "failed")
    assert page.locator("#message").inner_text() == "The run was cancelled."
    assert runs(api)[0]["status"] == "cancelled"


def from_debian(route: Route) -> None:
    """Answer with a file of Debian's packages."""
    route.fulfill(path=REACT / route.request.url.split("/nodejs/")[1])


def open_page(page: Page, origin: str, api: str, **query: str) -> None:
    asked = urlencode({"api": api, "topic": TOPIC, **query})
    page.goto(f"{origin}/tests/browser/pages/react.html?{asked}")
    expect(page.locator("#status")).to_be_visible()


def ends(page: Page, status: str) -> None:
    expect(page.locator("#status")).to_have_text(status)


def shown_steps(page: Page) -> list[str]:
    """Return the numbers of the answers the page lists."""
    return [text.split()[0] for text in page.locator("#steps li").all_inner_texts()]


def states(page: Page) -> list[int]:
    """Return how every connection that the page has opened stands."""
    found: list[int] = page.evaluate("window.sources.map(each => each.readyState)")
    return found


def assert_told_of_the_cut(told: list[str]) -> None:
    """Say whether a page showed that its run was cut off and came back.

    React renders once for all that arrives at once: a run that ended while the page was away is
    never shown to run again.
    """
    seen = [word for at, word in enumerate(told) if at == 0 or told[at - 1] != word]
    assert seen[:3] == ["idle", "running", "reconnecting"]
    assert seen[3:] in (["running", "done"], ["done"])


def runs(api: Api) -> list[dict[str, Any]]:
    """Return every run, newest first."""
    found: list[dict[str, Any]] = api.get("/api/runs", limit=200)["runs"]
    return found
