"""Every page of the console, opened by its address: readable, and whole on a narrow window."""

from collections.abc import Generator
from contextlib import closing
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Browser, ViewportSize, expect

from fakes.eventually import eventually
from fakes.serving import Served, serving

from .conftest import LONGEST
from .legible import assert_no_wider_than_the_window, assert_readable_on_light_and_on_dark

TOPIC = "SQL transactions and isolation levels"
PROMPT = "strategic_question"
NARROW: ViewportSize = {"width": 900, "height": 900}

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


class Place(NamedTuple):
    """A page, and what is on it once it is drawn; a CSS selector."""

    path: str
    query: dict[str, str]
    shows: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    with serving(tmp_path_factory.mktemp("everywhere")) as api:
        yield api


@pytest.fixture(scope="module")
def places(served: Served) -> list[Place]:
    """Two runs, two versions of a prompt, an exercise, and the addresses that show them."""
    parent = post(served, "/api/generate", {"topic": TOPIC})["run_id"]
    child = post(served, f"/api/runs/{parent}/fork", {"from_step": 6})["run_id"]
    eventually(lambda: get(served, f"/api/runs/{child}")["status"] == "succeeded")
    write(served, f"{get(served, f'/api/prompts/{PROMPT}')['template']}\nPrefer tables.\n")
    eventually(lambda: get(served, "/api/insights")["total"] is not None, 30)
    token = post(served, f"/api/runs/{parent}/share")["token"]
    return [
        Place("", {"run": parent, "view": "Timeline"}, ".aq-waterfall"),
        Place("", {"run": parent, "at": "0.01"}, ".st-key-replay"),
        Place("", {"run": parent, "step": "6.1", "tab": "evidence"}, ".aq-beside mark"),
        Place("history", {}, "[href*='run=']"),
        Place("compare", {"runs": f"{parent},{child}"}, "[role=tab]"),
        Place("prompts", {"step": PROMPT}, "ins"),
        Place("insights", {}, "[data-testid=stVegaLiteChart]"),
        Place("", {"play": token}, "text=Submit"),
    ]


def test_every_page_can_be_read_and_is_whole_on_a_narrow_window(
    browser: Browser, address: str, served: Served, places: list[Place]
) -> None:
    with closing(browser.new_page(viewport=NARROW)) as page:
        page.set_default_timeout(LONGEST)
        for place in places:
            query = urlencode({**place.query, "api": served.url})
            page.goto(f"{address}/{place.path}?{query}")
            expect(page.locator(place.shows).first).to_be_visible()
            assert_no_wider_than_the_window(page)
            assert_readable_on_light_and_on_dark(page)


def get(api: Served, path: str) -> dict[str, object]:
    found: dict[str, object] = requests.get(f"{api.url}{path}", timeout=30).json()
    return found


def post(api: Served, path: str, body: object = None) -> dict[str, str]:
    answer = requests.post(f"{api.url}{path}", json=body, timeout=30)
    assert answer.ok, answer.text
    made: dict[str, str] = answer.json()
    return made


def write(api: Served, text: str) -> None:
    """Save a text as version 1 of the prompt."""
    body = {"template": text, "based_on": 0, "note": "Tables", "author": "Ada"}
    answer = requests.put(f"{api.url}/api/prompts/{PROMPT}", json=body, timeout=30)
    assert answer.ok, answer.text
