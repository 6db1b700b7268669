"""Exports in an S3 bucket; what is there is never replaced."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import boto3
import botocore.exceptions as aws
from botocore.config import Config

from aqumen.errors import PlaceRefused, WrittenOnce

from .export import Export

_PATIENCE = Config(
    connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 4, "mode": "standard"}
)
_TAKEN = ("PreconditionFailed", "412")
_SENTENCES = {
    "NoSuchBucket": "There is no bucket {bucket}.",
    "404": "There is no bucket {bucket}.",
    "InvalidBucketName": "There can be no bucket of the name {bucket}.",
    "AccessDenied": "AWS does not let these credentials write to the bucket {bucket}.",
    "403": "AWS does not let these credentials write to the bucket {bucket}.",
    "AllAccessDisabled": "AWS does not let anybody write to the bucket {bucket}.",
    "ExpiredToken": "The AWS credentials have expired: the token has to be renewed.",
    "ExpiredTokenException": "The AWS credentials have expired: the token has to be renewed.",
    "TokenRefreshRequired": "The AWS credentials have expired: the token has to be renewed.",
    "InvalidAccessKeyId": "AWS does not know these credentials.",
    "InvalidToken": "AWS does not know these credentials.",
    "SignatureDoesNotMatch": "AWS does not accept these credentials: the secret key is wrong.",
    "RequestTimeTooSkewed": "AWS does not accept requests from this machine: its clock is wrong.",
    "PermanentRedirect": "The bucket {bucket} is in another region: set AWS_REGION.",
    "AuthorizationHeaderMalformed": "The bucket {bucket} is in another region: set AWS_REGION.",
    "IllegalLocationConstraintException": "The bucket {bucket} is in another region: "
    "set AWS_REGION.",
    "ConditionalRequestConflict": "Somebody else is writing the same export. Try again.",
    "NotImplemented": "The service of the bucket {bucket} cannot write an object only once.",
    "SlowDown": "S3 is limiting how fast we may write. Try again in a minute.",
}
_MISSING = (
    "There are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE."
)
_LATER = "S3 is unavailable at the moment. Try again in a minute."
_BY_CLASS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((aws.NoCredentialsError, aws.PartialCredentialsError, aws.ProfileNotFound), _MISSING),
    (
        (aws.CredentialRetrievalError, aws.TokenRetrievalError, aws.SSOError),
        "The AWS credentials could not be renewed; they may have expired.",
    ),
    ((aws.NoRegionError, aws.InvalidRegionError), "There is no AWS region: set AWS_REGION."),
    ((aws.ConnectionError, aws.HTTPClientError), "The connection to S3 was lost. Try again."),
    ((aws.ParamValidationError,), "There can be no bucket of the name {bucket}."),
)


class Bucket:
    """A place in S3: a bucket, and what the names in it begin with."""

    def __init__(self, bucket: str, prefix: str, region: str | None) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        with _translated(bucket):
            self._s3: Any = boto3.client("s3", region_name=region, config=_PATIENCE)

    def address(self, export: Export) -> str:
        """Return where an export is put."""
        return f"s3://{self._bucket}/{self._prefix}{export.name}"

    def put(self, export: Export) -> bool:
        """Write an export; return False if the same is there already.

        Raises WrittenOnce if another object is there, and PlaceRefused if it cannot be written.
        """
        key = f"{self._prefix}{export.name}"
        with _translated(self._bucket):
            if self._written(key, export):
                return True
            if self._same(key, export):
                return False
        raise WrittenOnce(
            f"{self.address(export)} is there already, with other content; nothing is replaced."
        )

    def close(self) -> None:
        """Close the connections."""
        self._s3.close()

    def _written(self, key: str, export: Export) -> bool:
        """Write an object that is not there yet; return False if it is."""
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=export.body,
                ContentType=export.media_type,
                IfNoneMatch="*",
            )
        except aws.ClientError as refused:
            if _code(refused) in _TAKEN:
                return False
            raise
        return True

    def _same(self, key: str, export: Export) -> bool:
        found = self._s3.get_object(Bucket=self._bucket, Key=key)
        with found["Body"] as body:
            if found["ContentLength"] != len(export.body):
                return False
            return bool(body.read(len(export.body)) == export.body)


@contextmanager
def _translated(bucket: str) -> Generator[None]:
    """Raise PlaceRefused, with one sentence, for whatever AWS or the network raises inside."""
    try:
        yield
    except (aws.ClientError, aws.BotoCoreError) as refused:
        raise PlaceRefused(_sentence(refused).format(bucket=bucket)) from refused


def _sentence(refused: Exception) -> str:
    if isinstance(refused, aws.ClientError):
        answer = refused.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        otherwise = _LATER if answer >= 500 else PlaceRefused.message
        return _SENTENCES.get(_code(refused), otherwise)
    found = (words for kinds, words in _BY_CLASS if isinstance(refused, kinds))
    return next(found, PlaceRefused.message)


def _code(refused: aws.ClientError) -> str:
    return str(refused.response.get("Error", {}).get("Code", ""))
