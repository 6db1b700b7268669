"""The console's first page, opened and filled in."""

from urllib.parse import urlencode

from playwright.sync_api import Page, expect


def enter(page: Page, address: str, **query: str) -> None:
    """Open the console and wait until it is drawn."""
    page.goto(f"{address}/?{urlencode(query)}")
    expect(page.get_by_role("button", name="Generate")).to_be_visible()


def ask(page: Page, topic: str) -> None:
    """Ask for a question on a topic."""
    page.get_by_role("textbox", name="Topic", exact=True).fill(topic)
    page.get_by_role("button", name="Generate").click()
