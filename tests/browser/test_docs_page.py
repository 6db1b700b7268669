"""`/docs` in a real browser."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from fakes.chromium import chromium
from fakes.processes import Api

LONGEST = 30_000.0


def test_the_docs_page_shows_every_operation_and_asks_nobody_else(tmp_path: Path) -> None:
    asked, broken = [], []
    with chromium() as browser, Api(tmp_path) as api:
        page = browser.new_page()
        page.on("request", lambda request: asked.append(urlsplit(request.url)))
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(f"{api.url}/docs")
        expect(page.locator(".opblock")).to_have_count(operations(api), timeout=LONGEST)

        page.locator(".opblock", has_text="/api/generate-stream").locator("button").first.click()
        expect(page.get_by_text("event: start").first).to_be_visible(timeout=LONGEST)
        page.close()

    places = {url.netloc for url in asked if url.scheme != "data"}
    assert places == {urlsplit(api.url).netloc}
    assert not broken


def operations(api: Api) -> int:
    return sum(map(len, api.get("/openapi.json")["paths"].values()))
