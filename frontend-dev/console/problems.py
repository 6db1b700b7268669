"""Why a call failed, in one sentence."""

import re
from collections.abc import Mapping
from typing import Any

import requests

from .errors import ApiFull, ApiRefused, ConsoleError, RunUnknown


def away(endpoint: str, exc: requests.RequestException) -> str:
    """Say why a call had no answer."""
    if isinstance(exc, requests.ConnectTimeout):
        return f"The API at {endpoint} cannot be reached: no answer within 3 seconds."
    if isinstance(exc, requests.Timeout):
        return f"The API at {endpoint} accepted the connection but did not answer in time."
    if isinstance(exc, requests.exceptions.SSLError):
        return f"The API at {endpoint} did not offer a valid certificate."
    if isinstance(exc, requests.ConnectionError):
        return f"Nothing answers at {endpoint}. Start the API there, or change the endpoint."
    return f"{endpoint} is not an address the console can call."


def problem(reply: requests.Response, body: Mapping[str, Any]) -> ConsoleError:
    """Turn an answer that is not a success into an error, whatever its body is."""
    code = str(body.get("code", ""))
    sentence = str(body.get("detail") or body.get("title") or "") or _by_status(reply.status_code)
    if reply.status_code == 404 and "/api/runs/" in reply.url:
        return RunUnknown(sentence, status=404, code=code)
    if reply.status_code in {429, 503}:
        wait = reply.headers.get("Retry-After", "")
        seconds = int(wait) if wait.isascii() and wait.isdigit() else 5
        return ApiFull(sentence, status=reply.status_code, code=code, retry_after=min(seconds, 60))
    return ApiRefused(sentence, status=reply.status_code, code=code, fields=_fields(body, sentence))


def _by_status(status: int) -> str:
    if status in {401, 403}:
        return "The API refused the console's key."
    if status >= 500:
        return f"The API failed with status {status}. Try again in a moment."
    return f"The API refused the request with status {status}."


def _fields(body: Mapping[str, Any], sentence: str) -> str:
    """Return a 422's field errors, one a line, whichever of the usual shapes they have.

    What the sentence says already is not said again.
    """
    errors = body.get("errors")
    if not isinstance(errors, list):
        return ""
    said = [_field(error) for error in errors if isinstance(error, dict)]
    more = [each for each in said if not re.search(rf"\b{re.escape(each[1])}(?!\w)", sentence)]
    return "\n".join(": ".join(filter(None, each)) for each in more)


def _field(error: Mapping[str, Any]) -> tuple[str, str]:
    place = error.get("field") or error.get("loc") or ""
    name = ".".join(str(part) for part in place) if isinstance(place, list) else str(place)
    said = str(error.get("message") or error.get("msg") or error.get("detail") or "is not valid")
    return name, said
