"""The page of a run in a real browser: what only a browser does with addresses and picks."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from fakes.chromium import chromium
from fakes.console import console
from fakes.eventually import eventually
from fakes.processes import Api

LONGEST = 30_000.0

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_a_step_is_picked_by_key_linked_to_and_left_by_one_back(tmp_path: Path) -> None:
    with (
        chromium() as browser,
        Api(tmp_path, {"AQUMEN_SIMULATOR_SPEED": "0"}) as api,
        console(api.url, tmp_path) as address,
    ):
        run_id = api.post("/api/runs", {"topic": "SQL transactions"})["run_id"]
        eventually(lambda: api.get(f"/api/runs/{run_id}")["status"] == "succeeded", 25)
        page = browser.new_page(viewport={"width": 900, "height": 900})
        page.set_default_timeout(LONGEST)
        page.goto(f"{address}/history")
        page.get_by_role("link", name="SQL transactions").click()

        page.get_by_role("button", name="Step 1, Categories").focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.get_by_role("tab", name="Prompt").click()
        expect(page.locator(".aq-prompt mark").first).to_be_visible(timeout=LONGEST)
        page.wait_for_url("**step=6.1&tab=prompt**")
        page.reload()

        expect(page.locator(".aq-prompt mark").first).to_be_in_viewport(timeout=LONGEST)
        page.get_by_role("tab", name="Evidence").click()
        page.get_by_role("button", name="Show the words of finding").first.click()
        expect(page.locator(".aq-judged mark").first).to_be_visible(timeout=LONGEST)
        cost = f"${api.get(f'/api/runs/{run_id}')['cost_usd']:.3f}"
        expect(page.locator(".aq-strip").get_by_text(cost)).to_be_visible()
        page.go_back()
        page.wait_for_url("**/history")
        page.close()
