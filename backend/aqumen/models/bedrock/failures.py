"""The one door at which AWS's and the network's errors become ours."""

import re
from collections.abc import Generator
from contextlib import contextmanager

import botocore.eventstream
import botocore.exceptions as aws
import botocore.parsers
import urllib3.exceptions as http
from pydantic import ValidationError

from aqumen.errors import (
    AccessDenied,
    ConnectionLost,
    CredentialsMissing,
    CredentialsRejected,
    ModelBroke,
    ModelFailed,
    ModelNotFound,
    ModelNotReady,
    ModelRetired,
    ModelThrottled,
    ModelTimedOut,
    ModelUnavailable,
    QuotaExceeded,
    RegionMissing,
    RequestRejected,
    StreamStalled,
)
from aqumen.models.cancel import Cancel

_Kind = type[ModelFailed]

_BY_CODE: dict[str, _Kind] = {
    "ThrottlingException": ModelThrottled,
    "TooManyRequestsException": ModelThrottled,
    "ModelNotReadyException": ModelNotReady,
    "ServiceUnavailableException": ModelUnavailable,
    "InternalServerException": ModelUnavailable,
    "ModelTimeoutException": ModelTimedOut,
    "ModelErrorException": ModelBroke,
    "ModelStreamErrorException": ModelBroke,
    "ValidationException": RequestRejected,
    "AccessDeniedException": AccessDenied,
    "ResourceNotFoundException": ModelNotFound,
    "ServiceQuotaExceededException": QuotaExceeded,
    "ExpiredToken": CredentialsRejected,
    "ExpiredTokenException": CredentialsRejected,
    "IncompleteSignature": CredentialsRejected,
    "IncompleteSignatureException": CredentialsRejected,
    "InvalidClientTokenId": CredentialsRejected,
    "InvalidSignatureException": CredentialsRejected,
    "MissingAuthenticationToken": CredentialsRejected,
    "MissingAuthenticationTokenException": CredentialsRejected,
    "RequestExpired": CredentialsRejected,
    "SignatureDoesNotMatch": CredentialsRejected,
    "UnrecognizedClientException": CredentialsRejected,
}
_BY_STATUS: dict[int, _Kind] = {
    401: CredentialsRejected,
    403: AccessDenied,
    404: ModelNotFound,
    408: ModelTimedOut,
    424: ModelBroke,
    429: ModelThrottled,
}
# What AWS says only in words, under codes that also mean something else.
_BY_WORDS: tuple[tuple[frozenset[_Kind], re.Pattern[str], _Kind], ...] = (
    (
        frozenset({RequestRejected, AccessDenied, ModelNotFound}),
        re.compile(
            r"end of (?:its )?life|marked by provider as legacy|(?:is|been) retired",
            re.IGNORECASE,
        ),
        ModelRetired,
    ),
    (
        frozenset({RequestRejected}),
        re.compile(r"model identifier is invalid", re.IGNORECASE),
        ModelNotFound,
    ),
    (frozenset({ModelThrottled}), re.compile(r"\bper day\b", re.IGNORECASE), QuotaExceeded),
    (
        frozenset({AccessDenied}),
        re.compile(r"(?:token|api key).*(?:expired|invalid|not valid)", re.IGNORECASE),
        CredentialsRejected,
    ),
)
_BY_CLASS: tuple[tuple[tuple[type[Exception], ...], _Kind], ...] = (
    (
        (
            aws.NoCredentialsError,
            aws.PartialCredentialsError,
            aws.NoAuthTokenError,
            aws.ProfileNotFound,
            aws.ConfigNotFound,
        ),
        CredentialsMissing,
    ),
    (
        (
            aws.CredentialRetrievalError,
            aws.MetadataRetrievalError,
            aws.SSOError,
            aws.TokenRetrievalError,
        ),
        CredentialsRejected,
    ),
    ((aws.NoRegionError, aws.InvalidRegionError), RegionMissing),
    # A read timeout is one of the connection errors, so it is looked for first.
    ((aws.ReadTimeoutError, http.ReadTimeoutError), StreamStalled),
    ((aws.ConnectionError, aws.HTTPClientError, http.HTTPError, OSError), ConnectionLost),
    ((botocore.eventstream.ParserError,), ConnectionLost),
    ((botocore.parsers.ResponseParserError, ValidationError), ModelBroke),
    ((aws.BotoCoreError,), RequestRejected),
)
_FOREIGN = (
    aws.ClientError,
    aws.BotoCoreError,
    http.HTTPError,
    OSError,
    botocore.eventstream.ParserError,
    botocore.parsers.ResponseParserError,
    ValidationError,
)


@contextmanager
def translated(cancel: Cancel | None = None) -> Generator[None]:
    """Raise a `ModelFailed` for whatever AWS or the network raises inside.

    If `cancel` was thrown, the failure is its doing: then its error is raised instead.
    """
    try:
        yield
    except (ModelFailed, *_FOREIGN) as exc:
        if cancel is not None and cancel.error is not None:
            raise cancel.error from exc
        if isinstance(exc, ModelFailed):
            raise
        raise _ours(exc) from exc


def rejection(exc: aws.ClientError) -> str | None:
    """Return what a ValidationException says, in lower case; None for other errors."""
    if _code(exc) != "ValidationException":
        return None
    return _words(exc).lower()


def _ours(exc: Exception) -> ModelFailed:
    if isinstance(exc, aws.ClientError):
        return _of_answer(exc)
    return next(kind for classes, kind in _BY_CLASS if isinstance(exc, classes))()


def _of_answer(exc: aws.ClientError) -> ModelFailed:
    kind = _BY_CODE.get(_code(exc)) or _of_status(exc)
    words = _words(exc)
    for kinds, pattern, meant in _BY_WORDS:
        if kind in kinds and pattern.search(words):
            kind = meant
            break
    failure = kind()
    failure.retry_after_seconds = _retry_after(exc)
    return failure


def _of_status(exc: aws.ClientError) -> _Kind:
    # An exception inside a stream has no status: the model broke off for a reason unknown to us.
    if isinstance(exc, aws.EventStreamError):
        return ModelBroke
    status = exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    return _BY_STATUS.get(status, ModelUnavailable if status >= 500 else RequestRejected)


def _code(exc: aws.ClientError) -> str:
    # The same code begins with a small letter when it comes as an event of the stream.
    code = str(exc.response.get("Error", {}).get("Code", ""))
    return code[:1].upper() + code[1:]


def _words(exc: aws.ClientError) -> str:
    return str(exc.response.get("Error", {}).get("Message", ""))


def _retry_after(exc: aws.ClientError) -> float | None:
    """Return the seconds the service asked us to wait, if it did."""
    headers = exc.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    for name, unit in (("x-amz-retry-after", 0.001), ("retry-after", 1.0)):
        value = str(headers.get(name, ""))
        if value.isdecimal():
            return int(value) * unit
    return None
