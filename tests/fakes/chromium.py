"""A real Chromium, or the test is skipped."""

import os
import shutil
from collections.abc import Generator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright


@contextmanager
def chromium() -> Generator[Browser]:
    """Start a browser without a window; close it before another one is started.

    Skips the test where there is none, but not in CI, which has to have one.
    """
    path = shutil.which("chromium")
    if path is None and os.environ.get("CI") != "true":
        pytest.skip("no Chromium on this machine: apt-get install -y chromium")
    with (
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])) as browser,
    ):
        yield browser
