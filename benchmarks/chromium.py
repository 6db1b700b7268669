"""A Chromium without a window, always closed."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

INSTALLED = shutil.which("chromium")


@contextmanager
def chromium() -> Generator[Browser]:
    """Start the machine's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=INSTALLED, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
