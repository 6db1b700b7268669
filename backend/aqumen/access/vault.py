"""Keys that are kept in AWS Secrets Manager: the one door to it."""

import re
from contextlib import closing

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from aqumen.errors import KeysUnreadable

_ARN = re.compile(r"arn:[a-z-]+:secretsmanager:([a-z0-9-]+):\d+:secret:\S+")
_CONFIG = Config(connect_timeout=5, read_timeout=5, retries={"total_max_attempts": 3})


def text_of(arn: str) -> str:
    """Return the text of a secret, within half a minute; raises KeysUnreadable."""
    found = _ARN.fullmatch(arn)
    if found is None:
        raise KeysUnreadable("AQUMEN_API_KEYS begins like the ARN of a secret and is none.")
    try:
        client = boto3.client("secretsmanager", region_name=found[1], config=_CONFIG)
        with closing(client):
            with_text = client.get_secret_value(SecretId=arn)
    except (BotoCoreError, ClientError) as failed:
        raise KeysUnreadable(
            "The secret that AQUMEN_API_KEYS names cannot be read: see that it is there, and that "
            "the server's AWS user may call secretsmanager:GetSecretValue on it."
        ) from failed
    text = with_text.get("SecretString")
    if not isinstance(text, str):
        raise KeysUnreadable("The secret that AQUMEN_API_KEYS names holds no text.")
    return text
