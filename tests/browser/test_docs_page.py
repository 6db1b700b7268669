"""`/docs` in a real browser."""

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from fakes.processes import Api


def test_the_docs_page_shows_every_operation_and_asks_nobody_else(
    page: Page, instant_api: Api
) -> None:
    asked, broken = [], []
    page.on("request", lambda request: asked.append(urlsplit(request.url)))
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{instant_api.url}/docs")
    expect(page.locator(".opblock")).to_have_count(operations(instant_api))

    page.locator(".opblock", has_text="/api/generate-stream").locator("button").first.click()
    expect(page.get_by_text("event: start").first).to_be_visible()

    places = {url.netloc for url in asked if url.scheme != "data"}
    assert places == {urlsplit(instant_api.url).netloc}
    assert not broken


def operations(api: Api) -> int:
    return sum(map(len, api.get("/openapi.json")["paths"].values()))
