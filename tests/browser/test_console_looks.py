"""How the console looks in a real browser: readable, whole on a phone, nothing from outside."""

from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.asking import ask, card, ends, enter
from fakes.processes import Api

from .conftest import LONGEST
from .legible import assert_no_wider_than_the_window, assert_readable_on_light_and_on_dark

TOPIC = "SQL transactions and isolation levels"

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_nothing_is_loaded_from_outside(page: Page, address: str, instant_api: Api) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    enter(page, address, api=instant_api.url)

    nasty = "![x](http://example.com/x.png) <img src=http://example.com/y.png>"
    ask(page, nasty)
    ends(page, "Question ready after")
    whole = {
        "Runs": page.get_by_role("link", name=nasty),
        "Compare": page.get_by_text("The first is what the others are compared with."),
        "Prompts": page.get_by_role("textbox", name="Text", exact=True),
        "Insights": page.get_by_test_id("stVegaLiteChart").first,
    }
    for name, shown in whole.items():
        page.get_by_role("link", name=name, exact=True).click()
        expect(shown).to_be_visible()
    hosts = {urlsplit(url).hostname for url in asked if url.startswith(("http", "ws"))}
    assert hosts == {"127.0.0.1"}


def test_every_text_can_be_read_on_light_and_on_dark(page: Page, address: str) -> None:
    enter(page, address)
    assert_readable_on_light_and_on_dark(page)

    ask(page, TOPIC)
    expect(page.get_by_test_id("stCode").first).to_be_visible()
    assert_readable_on_light_and_on_dark(page)

    ends(page, "Question ready after")
    run_id = parse_qs(urlsplit(page.url).query)["run"][0]
    card(page, "Judge differentiation").click()
    expect(page.get_by_role("tab", name="Evidence")).to_be_visible()
    assert_readable_on_light_and_on_dark(page)

    page.get_by_role("tab", name="Calls").click()
    expect(page.get_by_text("Call in full")).to_be_visible()
    assert_readable_on_light_and_on_dark(page)

    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("checkbox", name="Select ").nth(1).check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("button", name="Keep")).to_be_visible()
    assert_readable_on_light_and_on_dark(page)

    page.goto(f"{address}/compare?runs={run_id}")
    expect(page.get_by_text("One more run is needed")).to_be_visible()
    assert_readable_on_light_and_on_dark(page)


def test_a_phone_shows_everything_without_scrolling_sideways(
    browser: Browser, address: str
) -> None:
    with closing(browser.new_page(viewport={"width": 390, "height": 844})) as page:
        page.set_default_timeout(LONGEST)
        enter(page, address)

        labels = page.get_by_test_id("stForm").get_by_test_id("stWidgetLabel")
        expect(labels).to_have_count(3)
        heights = labels.evaluate_all("all => all.map(each => each.offsetHeight)")
        assert max(heights) < 40  # on one line each

        ask(page, "SQL transactions #fault=access_denied@3")
        ends(page, "Failed at step 3")

        assert_no_wider_than_the_window(page)
