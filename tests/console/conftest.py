"""The console's screens over an API on loopback."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from console.watch import Watch
from fakes.api import FakeApi
from fakes.screen import APP, LIMIT, Open


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def opened(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open the console, at an API that serves unless told otherwise."""
    made: list[AppTest] = []

    def start(run: str = "", endpoint: str = "", page: str = "") -> AppTest:
        monkeypatch.setenv("AQUMEN_API_URL", endpoint or address)
        app = AppTest.from_file(str(APP), default_timeout=LIMIT)
        if run:
            app.query_params["run"] = run
        made.append(app)
        app.run()
        if page:
            app.switch_page(page).run()
        return app

    with api.serving() as address:
        yield start
        for app in made:
            if "watch" in app.session_state:
                watch: Watch = app.session_state["watch"]
                watch.close()
