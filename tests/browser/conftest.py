"""One browser, one console and one pair of APIs for all the tests in a browser."""

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from fakes.chromium import chromium
from fakes.console import console
from fakes.processes import ROOT, Api
from fakes.site import site
from fakes.sqlite import with_tables

SPEED = 8
"""A run then takes about five seconds: long enough to be interrupted in its middle."""
GRACE_SECONDS = 6  # more than the three seconds after which a browser comes back
LONGEST = 60_000.0
"""Milliseconds anything may take."""
WIDE: ViewportSize = {"width": 1280, "height": 900}
expect.set_options(timeout=LONGEST)


@pytest.fixture(scope="package")
def browser() -> Generator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Generator[Page]:
    page = browser.new_page(viewport=WIDE)
    page.set_default_timeout(LONGEST)
    yield page
    page.close()


@pytest.fixture(scope="package")
def origin() -> Generator[str]:
    """Pages of another origin than the API's, which it lets in."""
    with site(ROOT) as origin:
        yield origin


@pytest.fixture(scope="package")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return with_tables(tmp_path_factory.mktemp("database") / "runs.db")


@pytest.fixture(scope="package")
def api(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, origin: str, database: str
) -> Generator[Api]:
    """An API whose runs take their time."""
    assert browser.is_connected()
    settings = {
        "AQUMEN_SIMULATOR_SPEED": str(SPEED),
        "AQUMEN_GRACE_SECONDS": str(GRACE_SECONDS),
        "AQUMEN_CORS_ORIGINS": origin,
        "AQUMEN_DATABASE_URL": database,
    }
    with Api(tmp_path_factory.mktemp("api"), settings) as api:
        yield api


@pytest.fixture(scope="package")
def instant_api(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, database: str
) -> Generator[Api]:
    """Another on the same database whose models answer at once: for runs that have to be over."""
    assert browser.is_connected()
    settings = {"AQUMEN_SIMULATOR_SPEED": "0", "AQUMEN_DATABASE_URL": database}
    with Api(tmp_path_factory.mktemp("instant_api"), settings) as api:
        yield api


@pytest.fixture(scope="package")
def address(api: Api, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Where the console is, which asks the API whose runs take their time unless told another."""
    folder: Path = tmp_path_factory.mktemp("console")
    with console(api.url, folder) as address:
        yield address
