"""The API's calls, each with a limit on its time and its failures in one sentence."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

import requests
from pydantic import ValidationError
from urllib3.exceptions import HTTPError

from .errors import ApiAway, ApiFull, ApiRefused, ConsoleError, ReplyUnreadable, RunUnknown
from .replies import (
    Cancelled,
    Health,
    Models,
    Order,
    PinnedPrompts,
    Reply,
    RunPage,
    RunSummary,
    Started,
)

CALL_TIMEOUT = (3.0, 10.0)
"""Seconds to connect and to wait for the next byte of an answer."""
STREAM_TIMEOUT = (3.0, 25.0)
"""The server says something at least every 10 s: 25 s of silence is a lost connection."""


MOST_BYTES = 8 * 2**20
"""Of an answer that is no stream: whoever wrote the page's address may have chosen who answers."""
WHOLE_SECONDS = 15.0
"""For the whole of such an answer, however slowly it drips."""

_LISTED = ("full", "fork", "rejudge")
"""The kinds of runs that people look for."""

R = TypeVar("R", bound=Reply)


@dataclass(frozen=True, slots=True)
class Api:
    """The API at one endpoint. Every call raises ConsoleError and nothing else."""

    endpoint: str
    api_key: str = field(default="", repr=False)

    def health(self) -> Health:
        """Return what the API says of itself."""
        return _read(Health, self._call("GET", "/health", timeout=(2.0, 4.0)))

    def models(self) -> Models:
        """Return the models by role, and what an operator should know of them."""
        return _read(Models, self._call("GET", "/api/models"))

    def start(self, order: Order, request_id: str) -> Started:
        """Start a run, or attach to the one this request id has started already."""
        body = order.body() | {"request_id": request_id}
        return _read(Started, self._call("POST", "/api/runs", json=body))

    def runs(
        self, *, status: str = "", search: str = "", limit: int = 50, cursor: str = ""
    ) -> RunPage:
        """Return one page of runs and what branches off them; step 1 alone is not listed."""
        asked = {"status": status, "q": search.strip(), "limit": str(limit), "cursor": cursor}
        given = [(name, value) for name, value in asked.items() if value]
        given += [("kind", kind) for kind in _LISTED]
        return _read(RunPage, self._call("GET", "/api/runs", params=given))

    def run(self, run_id: str) -> RunSummary:
        """Return one run's summary."""
        return _read(RunSummary, self._call("GET", f"/api/runs/{quote(run_id, safe='')}"))

    def prompts(self, run_id: str) -> PinnedPrompts:
        """Return the prompt texts a run is asked with."""
        reply = self._call("GET", f"/api/runs/{quote(run_id, safe='')}/prompts")
        return _read(PinnedPrompts, reply)

    def cancel(self, run_id: str) -> bool:
        """Ask for a run to end; False when it was over already."""
        reply = self._call("POST", f"/api/runs/{quote(run_id, safe='')}/cancel")
        return _read(Cancelled, reply).changed

    def report(self, run_id: str) -> bytes:
        """Return the report of a run that is over, in Markdown."""
        path = f"/api/runs/{quote(run_id, safe='')}/export"
        reply = self._call("GET", path, params={"format": "markdown"})
        if reply.headers.get("Content-Type", "").startswith("text/markdown"):
            return _body(reply)
        reply.close()
        raise ReplyUnreadable(_not_ours(reply))

    def events(self, run_id: str, cursor: int) -> requests.Response:
        """Open a run's event stream after `cursor`; whoever asks closes it.

        The status is 200 or 204; everything else is raised.
        """
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
        if cursor:
            headers["Last-Event-ID"] = f"{run_id}:{cursor}"
        path = f"/api/runs/{quote(run_id, safe='')}/events"
        asked = {"deltas": "true"}
        reply = self._call("GET", path, params=asked, headers=headers, timeout=STREAM_TIMEOUT)
        if reply.status_code == 204 or "event-stream" in reply.headers.get("Content-Type", ""):
            return reply
        reply.close()
        raise ReplyUnreadable(_not_ours(reply))

    def _call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: tuple[float, float] | None = None,
        **options: Any,
    ) -> requests.Response:
        sent = dict(headers or {})
        if self.api_key:
            sent["Authorization"] = f"Bearer {self.api_key}"
        try:
            reply = requests.request(
                method,
                self.endpoint + path,
                headers=sent,
                timeout=timeout or CALL_TIMEOUT,
                stream=True,
                **options,
            )
        except requests.RequestException as exc:
            raise ApiAway(_away(self.endpoint, exc)) from exc
        if reply.ok:
            return reply
        with reply:
            raise _problem(reply)


def _read(kind: type[R], reply: requests.Response) -> R:
    try:
        return kind.model_validate_json(_body(reply))
    except ValidationError as exc:
        raise ReplyUnreadable(_not_ours(reply)) from exc


def _body(reply: requests.Response) -> bytes:
    """Return the whole answer; raises ReplyUnreadable if it is too long, too slow or cut."""
    body, end = bytearray(), time.monotonic() + WHOLE_SECONDS
    try:
        with reply:
            while piece := reply.raw.read1(65_536, decode_content=True):
                body += piece
                if len(body) > MOST_BYTES or time.monotonic() > end:
                    raise ReplyUnreadable(_not_ours(reply))
    except (HTTPError, OSError) as exc:
        raise ReplyUnreadable(_not_ours(reply)) from exc
    return bytes(body)


def _not_ours(reply: requests.Response) -> str:
    return f"{reply.url.split('?')[0]} answered, but not in the way the Aqumen API does."


def _away(endpoint: str, exc: requests.RequestException) -> str:
    if isinstance(exc, requests.ConnectTimeout):
        return f"The API at {endpoint} cannot be reached: no answer within 3 seconds."
    if isinstance(exc, requests.Timeout):
        return f"The API at {endpoint} accepted the connection but did not answer in time."
    if isinstance(exc, requests.exceptions.SSLError):
        return f"The API at {endpoint} did not offer a valid certificate."
    if isinstance(exc, requests.ConnectionError):
        return f"Nothing answers at {endpoint}. Start the API there, or change the endpoint."
    return f"{endpoint} is not an address the console can call."


def _problem(reply: requests.Response) -> ConsoleError:
    """Turn an answer that is not a success into an error, whatever its body is."""
    body = _json_object(reply)
    code = str(body.get("code", ""))
    sentence = str(body.get("detail") or body.get("title") or "") or _by_status(reply.status_code)
    if reply.status_code == 404 and "/api/runs/" in reply.url:
        return RunUnknown(sentence, status=404, code=code)
    if reply.status_code in {429, 503}:
        wait = reply.headers.get("Retry-After", "")
        seconds = int(wait) if wait.isascii() and wait.isdigit() else 5
        return ApiFull(sentence, status=reply.status_code, code=code, retry_after=min(seconds, 60))
    return ApiRefused(sentence, status=reply.status_code, code=code, fields=_fields(body))


def _json_object(reply: requests.Response) -> dict[str, Any]:
    try:
        body = json.loads(_body(reply))
    except (ValueError, RecursionError, ReplyUnreadable):
        return {}
    return body if isinstance(body, dict) else {}


def _by_status(status: int) -> str:
    if status in {401, 403}:
        return "The API refused the console's key."
    if status >= 500:
        return f"The API failed with status {status}. Try again in a moment."
    return f"The API refused the request with status {status}."


def _fields(body: Mapping[str, Any]) -> str:
    """Return a 422's field errors, one a line, whichever of the usual shapes they have."""
    errors = body.get("errors")
    if not isinstance(errors, list):
        return ""
    return "\n".join(_field(error) for error in errors if isinstance(error, dict))


def _field(error: Mapping[str, Any]) -> str:
    place = error.get("field") or error.get("loc") or ""
    name = ".".join(str(part) for part in place) if isinstance(place, list) else str(place)
    said = str(error.get("message") or error.get("msg") or error.get("detail") or "is not valid")
    return f"{name}: {said}" if name else said
