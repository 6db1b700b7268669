"""Keys in AWS Secrets Manager, read by the real boto3."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from aqumen.access.keys import digest
from aqumen.access.vault import text_of
from aqumen.assemble import server
from aqumen.errors import KeysUnreadable
from aqumen.settings import Settings

PLAIN = "a-key-that-is-kept-where-it-belongs"
REGION = "eu-west-1"
NOBODYS = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:nobodys-AbCdEf"


@pytest.fixture
def vault() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("secretsmanager", region_name=REGION)


def test_the_keys_are_those_in_the_secret_of_its_own_region(vault: Any) -> None:
    text = f'[{{"name": "ops", "scopes": ["admin"], "digest": "{digest("ops", PLAIN)}"}}]'
    arn = vault.create_secret(Name="keys", SecretString=text)["ARN"]

    app: Any = server(Settings(model_backend="simulator", api_keys=arn))

    assert app.state.parts.door.keyring.key_of(PLAIN).name == "ops"


def test_a_secret_that_is_not_there_is_said_without_its_arn(vault: Any) -> None:
    del vault
    with pytest.raises(KeysUnreadable, match="cannot be read") as refused:
        text_of(NOBODYS)

    assert "arn:" not in refused.value.text


def test_a_secret_that_is_no_text_holds_no_keys(vault: Any) -> None:
    arn = vault.create_secret(Name="keys", SecretBinary=b"\x00")["ARN"]

    with pytest.raises(KeysUnreadable, match="holds no text"):
        text_of(arn)


def test_an_arn_of_something_else_is_refused() -> None:
    with pytest.raises(KeysUnreadable, match="is none"):
        text_of("arn:aws:s3:::bucket")
