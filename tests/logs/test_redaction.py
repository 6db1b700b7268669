"""Nothing that opens a door, or names an account, is left in a line of the log."""

import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqumen.logs.redaction import redacted, without_query

SECRET = st.text(string.ascii_letters + string.digits + "_-", min_size=20, max_size=60)
BASE64 = st.text(string.ascii_letters + string.digits + "+/", min_size=40, max_size=40)
AROUND = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12)

PLACES = [
    "Authorization: Bearer {}",
    "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261130/us-east-1, Signature={}",
    "{{'Authorization': 'Bearer {}'}}",
    "(b'authorization', b'Basic {}')",
    "proxy-authorization={}",
    "X-Api-Key: {}",
    '"api_key": "{}"',
    "X-Amz-Security-Token={}&X-Amz-Date=20261130",
    "aws_secret_access_key = {}",
    "AWS_SESSION_TOKEN={}",
    "GET /api/generate-stream?ticket={}&x=1",
    "Bearer {}",
    "postgresql+psycopg://aqumen:{}@db.example/aqumen",
    "password={} host=db",
    "Cookie: {}",
    "aqk_{}",
    "aqt_{}",
    "AKIAA{}",
    "User: arn:aws:sts::111122223333:assumed-role/{} is not authorized",
    "eyJhbGciOi{}.eyJzdWIi.c2ln",
    "POST /api/play/{}/answers",
]


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=30)
@given(secret=SECRET, before=AROUND, after=AROUND)
def test_a_secret_is_taken_out_wherever_it_stands(
    place: str, secret: str, before: str, after: str
) -> None:
    assert secret not in redacted(f"{before} {place.format(secret)} {after}")


@given(secret=BASE64)
def test_a_secret_access_key_is_taken_out_by_its_name(secret: str) -> None:
    for place in ("aws_secret_access_key={}", "'SecretAccessKey': '{}'", "secret_key: {}"):
        assert secret not in redacted(place.format(secret))


def test_no_account_is_left_of_an_arn() -> None:
    arn = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc"

    assert (
        redacted(f"model {arn} refuses temperature") == "model arn:[redacted] refuses temperature"
    )


@pytest.mark.parametrize(
    "line",
    [
        "run 01M81J10W4EW0KC9331TNW44FN step 4 call 1: try 2 failed with model_throttled",
        "used max_tokens=4096, 1200 tokens in, 300 out",
        "model us.anthropic.claude-haiku-4-5-20251001-v1:0 refuses temperature",
        "Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)",
        "the credentials of AWS are missing: basic settings follow",
    ],
)
def test_what_is_no_secret_is_left_as_it_is(line: str) -> None:
    assert redacted(line) == line


@pytest.mark.parametrize(
    "piece",
    ["-eyJ", "-eyJaaaaaaaa", "authorization ", "token=", "bearer ", "arn:aws-", "://a", "x-api-"],
)
def test_an_address_of_any_length_holds_nobody_up(piece: str) -> None:
    """It is cleaned in the server's only loop; of an address nothing bounds the length before."""
    began = time.process_time()

    redacted(piece * (200_000 // len(piece)))

    assert time.process_time() - began < 5


@given(topic=st.text(min_size=3, max_size=200))
def test_an_address_is_logged_without_what_was_asked_for(topic: str) -> None:
    assert without_query(f"/api/generate-stream?topic={topic}") == (
        "/api/generate-stream?[redacted]"
    )


@given(text=st.text())
def test_any_text_can_be_redacted_and_again_without_a_change(text: str) -> None:
    once = redacted(text)

    assert redacted(once) == once
