"""What every test has: an environment without anybody's real AWS account."""

from collections.abc import Iterator

import pytest

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
