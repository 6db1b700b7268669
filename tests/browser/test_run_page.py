"""The page of a run in a real browser: what only a browser does with addresses and picks."""

import pytest
from playwright.sync_api import Page, expect

from fakes.processes import Api

TOPIC = "SQL transactions, looked at step by step"

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_a_step_is_picked_by_key_linked_to_and_left_by_one_back(
    page: Page, address: str, instant_api: Api
) -> None:
    run = instant_api.post("/api/generate", {"topic": TOPIC})
    page.set_viewport_size({"width": 900, "height": 900})
    page.goto(f"{address}/history")
    page.get_by_role("link", name=TOPIC).click()

    page.get_by_role("button", name="Step 1, Categories").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Prompt").click()
    expect(page.locator(".aq-prompt mark").first).to_be_visible()
    page.wait_for_url("**step=6.1&tab=prompt**")
    page.reload()

    expect(page.locator(".aq-prompt mark").first).to_be_in_viewport()
    page.get_by_role("tab", name="Evidence").click()
    page.get_by_role("button", name="Show the words of finding").first.click()
    expect(page.locator(".aq-judged mark").first).to_be_visible()
    cost = instant_api.get(f"/api/runs/{run['run_id']}")["cost_usd"]
    expect(page.locator(".aq-strip").get_by_text(f"${cost:.3f}")).to_be_visible()
    page.go_back()
    page.wait_for_url("**/history")


# What Streamlit's page does when it is told of an address, just when somebody has gone back.
SAID_LATE = """() => new Promise((done) => {
    addEventListener("popstate", () => {
        history.pushState({}, "", `${location.pathname}?run=of-the-page-before`);
        done(location.search);
    });
    history.back();
})"""


def test_what_a_page_says_of_its_address_after_it_was_left_is_not_heard(
    page: Page, address: str, instant_api: Api
) -> None:
    instant_api.post("/api/generate", {"topic": TOPIC})
    page.goto(f"{address}/history")
    page.get_by_role("link", name=TOPIC).first.click()
    expect(page.get_by_role("button", name="Step 1, Categories")).to_be_visible()
    page.wait_for_url("**/?run=**")

    assert page.evaluate(SAID_LATE) == ""

    expect(page.get_by_role("link", name=TOPIC).first).to_be_visible()
    page.wait_for_url("**/history")
