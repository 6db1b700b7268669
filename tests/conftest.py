"""What every test has: an environment without anybody's real AWS account."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from fakes.postgres import Postgres, serving_postgres

_OURS = {
    "AWS_ACCESS_KEY_ID": "testaccesskeyid",
    "AWS_SECRET_ACCESS_KEY": "testsecretaccesskey",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}
_NOBODYS = (
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    "AWS_ENDPOINT_URL_S3",
    "AWS_PROFILE",
    "AWS_SESSION_TOKEN",
)

# How long an example takes says what else the machine does, not what the example shows.
settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any")

_LONGEST_FIRST = ("chaos", "cluster", "launch", "web")
"""Rooms whose files take long: several workers that begin with them end at the same time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.path))


def pytest_collection_finish() -> None:
    """Keep what collecting has loaded out of every later look for garbage."""
    gc.collect()
    gc.freeze()


def _place(file: Path) -> int:
    room = file.parent.name
    return _LONGEST_FIRST.index(room) if room in _LONGEST_FIRST else len(_LONGEST_FIRST)


@pytest.fixture(autouse=True)
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give tests made-up AWS keys and no configuration files."""
    for name, value in _OURS.items():
        monkeypatch.setenv(name, value)
    for name in _NOBODYS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL, started when the first test wants it."""
    with serving_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A database with the tables, all of them empty, and the test's alone."""
    with postgres.lent() as url:
        yield url
