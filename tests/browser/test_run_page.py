"""The page of a run in a real browser: what only a browser does with addresses and picks."""

import re

import pytest
from playwright.sync_api import Page, expect

from console.words import money
from fakes.processes import Api

TOPIC = "SQL transactions, looked at step by step"

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_a_step_is_picked_by_key_linked_to_and_left_by_one_back_to_the_filtered_list(
    page: Page, address: str, instant_api: Api
) -> None:
    run = instant_api.post("/api/generate", {"topic": TOPIC, "rigor": "certified"})
    page.set_viewport_size({"width": 900, "height": 900})
    page.goto(f"{address}/history?q=transactions&sort=created&order=asc")
    page.locator(f"a[href*='{run['run_id']}']").click()

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
    look_at_more(page)
    cost = instant_api.get(f"/api/runs/{run['run_id']}")["cost_usd"]
    expect(page.locator(".aq-strip").get_by_text(money(cost))).to_be_visible()
    page.go_back()
    page.wait_for_url("**/history?q=transactions&sort=created&order=asc")
    expect(page.get_by_role("link", name=TOPIC).first).to_be_visible()


def look_at_more(page: Page) -> None:
    """Look at a judged run's other answer, a call and a sampled answer, and come back to them."""
    mid = page.get_by_role("radio", name="Mid-tier answer")
    mid.click()
    page.wait_for_url("**tab=evidence&tier=mid**")
    page.get_by_text("Sampled answers in full").click()
    sampled = page.get_by_role("combobox", name="Sampled answer")
    sampled.fill("weak-tier answer 7")
    page.get_by_role("option", name="Confirmation, weak-tier answer 7").click()
    page.wait_for_url("**sample=confirm.weak.1.7**")
    page.reload()

    expect(mid).to_be_checked()
    expect(sampled).to_have_value(re.compile("Confirmation, weak-tier answer 7: (made|avoided)"))
    page.get_by_role("tab", name="Calls").click()
    call = page.get_by_role("combobox", name="Call in full")
    call.click()
    page.get_by_role("option", name="weak-tier answer").click()
    page.wait_for_url("**call=2**")
    page.reload()
    expect(call).to_have_value("weak-tier answer")
    expect(sampled).to_be_visible()


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
