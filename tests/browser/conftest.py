"""One browser, one console and a few APIs on one database for all the tests in a browser."""

from collections.abc import Callable, Generator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from fakes.chromium import chromium
from fakes.console import console
from fakes.processes import ROOT, Api
from fakes.site import site
from fakes.sqlite import with_tables

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
    """Where all the APIs keep their runs."""
    return with_tables(tmp_path_factory.mktemp("database") / "runs.db")


@pytest.fixture(scope="package")
def serve(
    browser: Browser, database: str, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Callable[..., Api]]:
    """Starts an API with settings; all of them share one database."""
    assert browser.is_connected()
    with ExitStack() as up:

        def start(**settings: object) -> Api:
            named = {f"AQUMEN_{name.upper()}": str(value) for name, value in settings.items()}
            folder = tmp_path_factory.mktemp("api")
            named["AQUMEN_DATABASE_URL"] = database
            return up.enter_context(Api(folder, named, start_seconds=90))

        yield start


@pytest.fixture(scope="package")
def api(serve: Callable[..., Api]) -> Api:
    """An API whose runs take about six seconds: long enough to be looked at in their middle."""
    return serve(simulator_speed=5)


@pytest.fixture(scope="package")
def open_api(serve: Callable[..., Api], origin: str) -> Api:
    """One for pages of another origin: a run takes about five seconds there."""
    return serve(simulator_speed=8, grace_seconds=GRACE_SECONDS, cors_origins=origin)


@pytest.fixture(scope="package")
def instant_api(serve: Callable[..., Api]) -> Api:
    """One whose models answer at once, for runs that are over when the test begins."""
    return serve(simulator_speed=0)


@pytest.fixture(scope="package")
def address(api: Api, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Where the console is; it asks `api` unless it is told of another."""
    with console(api.url, tmp_path_factory.mktemp("console")) as address:
        yield address
