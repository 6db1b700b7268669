"""Exports in S3, with the real boto3: on moto, and on a server that refuses."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from moto import mock_aws

from aqumen.archive.export import Export
from aqumen.archive.places import place
from aqumen.archive.s3 import Bucket
from aqumen.errors import PlaceRefused, WrittenOnce

EXPORT = Export("a-run.json", "application/json", b"{}")
REGION = "us-east-1"


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(Bucket="archive")
        yield client


def put(bucket: str = "archive", prefix: str = "runs") -> bool:
    with closing(Bucket(bucket, prefix, REGION)) as place_:
        return place_.put(EXPORT)


def test_an_export_is_written_under_its_prefix_with_its_type(s3: Any) -> None:
    assert put()

    found = s3.get_object(Bucket="archive", Key="runs/a-run.json")
    assert (found["Body"].read(), found["ContentType"]) == (b"{}", "application/json")


def test_the_same_again_is_no_error(s3: Any) -> None:
    assert put()
    assert not put()

    assert len(s3.list_objects_v2(Bucket="archive")["Contents"]) == 1


@pytest.mark.parametrize("other", [b"[]", b"", b"something longer"])
def test_another_object_is_not_replaced(s3: Any, other: bytes) -> None:
    s3.put_object(Bucket="archive", Key="runs/a-run.json", Body=other)

    with pytest.raises(WrittenOnce, match=r"s3://archive/runs/a-run\.json is there already"):
        put()

    assert s3.get_object(Bucket="archive", Key="runs/a-run.json")["Body"].read() == other


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("s3://archive", "s3://archive/a-run.json"),
        ("s3://archive/", "s3://archive/a-run.json"),
        ("s3://archive/a/b/", "s3://archive/a/b/a-run.json"),
    ],
)
def test_an_address_is_a_bucket_and_a_prefix(s3: Any, given: str, address: str) -> None:
    with closing(place(given, ".json", one=True, region=REGION)) as named:
        assert named.address(EXPORT) == address
        assert named.put(EXPORT)

    (found,) = s3.list_objects_v2(Bucket="archive")["Contents"]
    assert address.endswith(found["Key"])


def test_a_bucket_that_is_not_there_is_a_sentence(s3: Any) -> None:
    assert s3
    with pytest.raises(PlaceRefused, match=r"^There is no bucket elsewhere\.$"):
        put("elsewhere")


def test_a_name_that_no_bucket_can_have_is_a_sentence(s3: Any) -> None:
    assert s3
    with pytest.raises(PlaceRefused, match=r"^There can be no bucket of the name not a bucket\.$"):
        put("not a bucket")


def test_missing_credentials_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(PlaceRefused, match=r"^There are no AWS credentials: set "):
        put()


@contextmanager
def refusing(status: int, code: str) -> Generator[str]:
    """Serve an S3 that answers everything with one error."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # boto3 waits for its 100 Continue

        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = f"<Error><Code>{code}</Code><Message>arn:aws:iam::123456789012</Message></Error>"
            self.send_response(status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(5)


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (403, "AccessDenied", "AWS does not let these credentials write to the bucket archive."),
        (400, "ExpiredToken", "The AWS credentials have expired: the token has to be renewed."),
        (403, "InvalidAccessKeyId", "AWS does not know these credentials."),
        (404, "NoSuchBucket", "There is no bucket archive."),
        (301, "PermanentRedirect", "The bucket archive is in another region: set AWS_REGION."),
        (
            501,
            "NotImplemented",
            "The service of the bucket archive cannot write an object only once.",
        ),
        (400, "SomethingNew", "The export could not be written."),
    ],
)
def test_what_aws_refuses_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, status: int, code: str, sentence: str
) -> None:
    with refusing(status, code) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
        with pytest.raises(PlaceRefused) as refused:
            put()

    assert refused.value.text == sentence


def test_a_service_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with refusing(200, "") as url:
        pass
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)

    with pytest.raises(PlaceRefused, match=r"^The connection to S3 was lost\. Try again\.$"):
        put()
