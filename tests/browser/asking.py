"""The console's first page, opened, filled in and read."""

from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect


def enter(page: Page, address: str, **query: str) -> None:
    """Open the console and wait until it is drawn."""
    page.goto(f"{address}/?{urlencode(query)}")
    expect(page.get_by_role("button", name="Generate")).to_be_visible()


def ask(page: Page, topic: str) -> None:
    """Ask for a question on a topic."""
    page.get_by_role("textbox", name="Topic", exact=True).fill(topic)
    page.get_by_role("button", name="Generate").click()


def card(page: Page, name: str) -> Locator:
    """Return the row of the card whose label has a name in it: a click opens and closes it."""
    return page.locator("[data-card]").filter(has_text=name).first


def inside(page: Page, name: str) -> Locator:
    """Return what an open card has inside."""
    return page.locator(f".st-key-{card(page, name).get_attribute('data-card')}")


def ends(page: Page, said: str) -> None:
    """Wait until the page says that its run is over."""
    expect(page.get_by_text(said).first).to_be_visible()
