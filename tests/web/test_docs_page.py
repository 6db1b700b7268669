"""`/docs` without a network."""

import re

import pytest
import requests


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
