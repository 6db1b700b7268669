"""`/docs` without a network."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from aqumen.web.described import Described
from fakes.serving import Served


def test_the_docs_page_names_no_other_host(url: str) -> None:
    page = requests.get(f"{url}/docs", timeout=30)

    assert page.status_code == 200
    assert not re.search(r"//[a-z]|https?:", page.text.replace("http%3A//www.w3.org/2000/svg", ""))


@pytest.mark.parametrize(
    ("name", "media"),
    [("swagger-ui-bundle.js", "text/javascript"), ("swagger-ui.css", "text/css")],
)
def test_what_the_docs_page_is_made_of_comes_from_this_server(
    url: str, name: str, media: str
) -> None:
    page = requests.get(f"{url}/docs", timeout=30).text
    asset = requests.get(f"{url}/docs/{name}", timeout=30)

    assert f'"docs/{name}"' in page
    assert asset.status_code == 200
    assert asset.headers["content-type"].startswith(media)
    assert len(asset.content) > 50_000


def test_the_document_is_written_once_and_meanwhile_everybody_else_is_answered(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes a second, and anybody may ask for it."""
    written, writing, free = [], threading.Event(), threading.Event()
    write = Described.openapi

    def slowly(app: Described) -> dict[str, object]:
        written.append(app)
        writing.set()
        assert free.wait(20)
        return write(app)

    monkeypatch.setattr(Described, "openapi", slowly)
    monkeypatch.setattr(served.app, "document", None)
    with ThreadPoolExecutor(3) as threads:
        place = f"{served.url}/openapi.json"
        asked = [threads.submit(requests.get, place, timeout=30) for _ in range(3)]
        assert writing.wait(20)
        assert requests.get(f"{served.url}/health", timeout=10).status_code == 200
        free.set()
        answers = [each.result() for each in asked]

    assert len(written) == 1
    assert len({each.content for each in answers}) == 1
    assert answers[0].json()["info"]["title"] == "Aqumen"
    assert requests.head(place, timeout=10).headers["Content-Length"]
