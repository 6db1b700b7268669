"""Whether what a page says can be read."""

import time

from playwright.sync_api import Page

from fakes.processes import ROOT

from .conftest import LONGEST

READABLE = 4.5
"""The contrast that WCAG's level AA asks for."""
_HARD_TO_READ = (ROOT / "tests" / "browser" / "contrast.js").read_text("utf-8")
_FOLLOWS = """(scheme) => {
    const app = document.querySelector("[data-testid=stApp]");
    const levels = getComputedStyle(app).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number);
    return levels.every((level) => (scheme === "dark" ? level < 64 : level > 191));
}"""


def assert_readable(page: Page) -> None:
    """Assert that every text stands out from what is behind it, once nothing fades any more."""
    page.mouse.move(0, 0)
    end = time.monotonic() + LONGEST / 1000
    while (found := page.evaluate(_HARD_TO_READ, READABLE)) and time.monotonic() < end:
        time.sleep(0.05)
    assert found == []


def assert_readable_on_light_and_on_dark(page: Page) -> None:
    """Assert it in both of the schemes a browser may ask for, which the page follows."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(_FOLLOWS, arg=scheme)
        assert_readable(page)


def assert_no_wider_than_the_window(page: Page) -> None:
    """Assert that nobody has to scroll sideways to read a page."""
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
