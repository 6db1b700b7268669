"""One server for the tests that leave it as it was."""

from collections.abc import Iterator

import pytest

from fakes.serving import Served, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served")) as up:
        yield up


@pytest.fixture
def url(served: Served) -> str:
    return served.url
