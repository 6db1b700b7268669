"""The Insights page over a real API."""

from collections.abc import Iterator
from datetime import date

import pytest
import requests

from fakes.pipelines import REJECTED_AT_2
from fakes.screen import Open, shown
from fakes.serving import Served, serving

INSIGHTS = "console/views/insights.py"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("insights")) as up:
        yield up


def test_every_number_leads_to_its_runs_and_real_runs_are_apart(
    server: Served, opened: Open
) -> None:
    app = opened(endpoint=server.url, page=INSIGHTS)
    assert "There are no such runs" in shown(app)
    assert app.query_params["runs"] == "simulated"

    made = requests.post(f"{server.url}/api/generate", json={"topic": REJECTED_AT_2}, timeout=60)
    run_id = made.headers["X-Run-Id"]
    app.run()
    links = [element.proto for element in app.get("page_link")]
    by_label = {link.label: link.query_string for link in links}
    texts = [each.value for each in app.text]

    assert "1 whole run of 1, simulated" in shown(app)
    assert "Questions ready" in shown(app)
    assert by_label["2 Generate error catalog"] == f"run={run_id}"
    assert any(query.startswith("status=") for query in by_label.values())
    assert any(query.startswith("model=") for query in by_label.values())
    assert "0 % (0 to 79 %) · 0 of 1" in texts

    app.session_state["runs-of"] = "real"
    app.run()
    assert "There are no such runs" in shown(app)
    assert app.query_params["runs"] == "real"
    app.session_state["runs-of"] = "simulated"
    app.date_input(key="insights-until").set_value(date(2020, 1, 1)).run()
    assert "There are no such runs" in shown(app)
    assert app.query_params["until"] == "2020-01-01"


def test_an_api_that_is_away_is_said_so(opened: Open) -> None:
    assert "Nothing answers" in shown(opened(endpoint="http://127.0.0.1:9", page=INSIGHTS))
