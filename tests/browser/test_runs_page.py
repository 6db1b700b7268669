"""The list of runs in a real browser: narrowed, sorted, taken along, compared."""

from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from fakes.processes import Api

WORD = "Findable"

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_runs_are_narrowed_sorted_exported_and_compared(
    page: Page, address: str, instant_api: Api
) -> None:
    ids = [
        instant_api.post("/api/generate", {"topic": f"{WORD} question {number}"})["run_id"]
        for number in range(3)
    ]
    page.goto(f"{address}/history?q={WORD}&api={instant_api.url}")
    links = page.get_by_role("link", name=WORD)
    expect(links).to_have_count(3)

    page.get_by_role("combobox", name="Sort by").click()
    page.get_by_role("option", name="Oldest first").click()
    page.wait_for_url("**order=asc**")
    bound_cost(page)
    page.reload()

    expect(links).to_have_count(3)
    expect(links.first).to_contain_text(f"{WORD} question 0")
    expect(page.get_by_role("button", name="More filters (1)")).to_be_visible()
    for number in (0, 1):
        page.get_by_role("checkbox", name=f"Select {WORD} question {number}").check()
    expect(page.get_by_text("2 runs selected")).to_be_visible()
    named = exported(page)
    assert [any(run_id in name for name in named) for run_id in ids] == [True, True, False]

    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare?**")
    assert parse_qs(urlsplit(page.url).query)["runs"] == [",".join(ids[:2])]
    expect(page.get_by_role("link", name=f"B · {WORD}")).to_be_visible()
    page.go_back()
    page.wait_for_url(f"**/history?q={WORD}**max_cost=9.5")
    expect(links).to_have_count(3)
    expect(links.first).to_contain_text(f"{WORD} question 0")


def bound_cost(page: Page) -> None:
    page.get_by_role("button", name="More filters").click()
    cost = page.get_by_role("spinbutton", name="Cost at most (USD)")
    cost.fill("0")
    cost.press("Enter")
    expect(page.get_by_text("No run fits this filter")).to_be_visible()
    cost.fill("9.5")
    cost.press("Enter")
    page.wait_for_url("**max_cost=9.5**")


def exported(page: Page) -> list[str]:
    """Return the names of the files that the two selected runs are exported as."""
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the zip with 2 runs").click()
    return ZipFile(BytesIO(Path(saved.value.path()).read_bytes())).namelist()
