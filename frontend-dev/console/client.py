"""The API's calls, each with a limit on its time and its failures in one sentence."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

import requests
from pydantic import TypeAdapter, ValidationError
from urllib3.exceptions import HTTPError

from .errors import ApiAway, ReplyUnreadable
from .parsing import parse
from .problems import away, problem
from .replies import (
    Cancelled,
    Exercise,
    Health,
    Logged,
    Models,
    Order,
    PinnedPrompts,
    Reply,
    RunPage,
    RunSummary,
    Scored,
    Share,
    Started,
)
from .stream import Message

CALL_TIMEOUT = (3.0, 10.0)
"""Seconds to connect and to wait for the next byte of an answer."""
STREAM_TIMEOUT = (3.0, 25.0)
"""The server says something at least every 10 s: 25 s of silence is a lost connection."""


MOST_BYTES = 8 * 2**20
"""Of an answer that is no stream: whoever wrote the page's address may have chosen who answers."""
MOST_LOG_BYTES = 64 * 2**20
"""Of a log: sixty answers of 200 kB, each with its prompt and its calls, are 48 MB."""
WHOLE_SECONDS = 15.0
"""For the whole of such an answer, however slowly it drips."""
MOST_ZIP_BYTES = 64 * 2**20
"""Of several runs in one file, which is held in memory until it is saved."""
ZIP_SECONDS = 60.0
"""For the whole of such a file: the API puts it together while it sends it."""

_LISTED = ("full", "fork", "rejudge")
"""The kinds of runs that people look for."""

Query = tuple[tuple[str, str], ...]
"""Parameters by name; a name may come several times."""
R = TypeVar("R", bound=Reply)
_LOG = TypeAdapter(list[Logged])


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
        self, *, more: Mapping[str, str] | None = None, limit: int = 50, cursor: str = ""
    ) -> RunPage:
        """Return one page of runs and what branches off them; step 1 alone is not listed.

        `more` is what they are filtered and sorted by, in the API's own names.
        """
        asked = {**(more or {}), "limit": str(limit), "cursor": cursor}
        given = [(name, value) for name, value in asked.items() if value]
        given += [("kind", kind) for kind in _LISTED]
        return _read(RunPage, self._call("GET", "/api/runs", params=given))

    def run(self, run_id: str) -> RunSummary:
        """Return one run's summary."""
        return _read(RunSummary, self._call("GET", _run(run_id)))

    def prompts(self, run_id: str) -> PinnedPrompts:
        """Return the prompt texts a run is asked with."""
        reply = self._call("GET", f"{_run(run_id)}/prompts")
        return _read(PinnedPrompts, reply)

    def cancel(self, run_id: str) -> bool:
        """Ask for a run to end; False when it was over already."""
        reply = self._call("POST", f"{_run(run_id)}/cancel")
        return _read(Cancelled, reply).changed

    def report(self, run_id: str) -> bytes:
        """Return the report of a run that is over, in Markdown."""
        path = f"{_run(run_id)}/export"
        reply = self._call("GET", path, params={"format": "markdown"})
        if reply.headers.get("Content-Type", "").startswith("text/markdown"):
            return _body(reply, MOST_BYTES)
        reply.close()
        raise ReplyUnreadable(_not_ours(reply))

    def export(self, run_ids: list[str]) -> bytes:
        """Return runs as one zip; its manifest says which are not in it."""
        reply = self._call("POST", "/api/runs/export", json={"run_ids": run_ids})
        if reply.headers.get("Content-Type", "").startswith("application/zip"):
            return _body(reply, MOST_ZIP_BYTES, ZIP_SECONDS)
        reply.close()
        raise ReplyUnreadable(_not_ours(reply))

    def share(self, run_id: str) -> str:
        """Return the token by which students reach a run's exercise."""
        return _read(Share, self._call("POST", f"{_run(run_id)}/share")).token

    def unshare(self, run_id: str) -> None:
        """End the link to a run's exercise, if there is one."""
        self._call("DELETE", f"{_run(run_id)}/share").close()

    def exercise(self, token: str) -> Exercise:
        """Return the exercise behind a token, without its answers."""
        return _read(Exercise, self._call("GET", f"/api/play/{quote(token, safe='')}"))

    def answer(self, token: str, marks: list[Any]) -> Scored:
        """Return what the chosen pieces came to; each is its line, start and end by name."""
        path = f"/api/play/{quote(token, safe='')}/answers"
        return _read(Scored, self._call("POST", path, json={"marks": marks}))

    def events(self, run_id: str, cursor: int) -> requests.Response:
        """Open a run's event stream after `cursor`; whoever asks closes it.

        The status is 200 or 204; everything else is raised.
        """
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
        if cursor:
            headers["Last-Event-ID"] = f"{run_id}:{cursor}"
        path = f"{_run(run_id)}/events"
        asked = {"deltas": "true"}
        reply = self._call("GET", path, params=asked, headers=headers, timeout=STREAM_TIMEOUT)
        if reply.status_code == 204 or "event-stream" in reply.headers.get("Content-Type", ""):
            return reply
        reply.close()
        raise ReplyUnreadable(_not_ours(reply))

    def ask(
        self,
        kind: type[R],
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Query = (),
    ) -> R:
        """Make a call whose answer is read as a kind of reply."""
        sent = None if body is None else dict(body)
        return _read(kind, self._call(method, path, json=sent, params=query))

    def log(self, run_id: str, cursor: int = 0) -> list[Message]:
        """Return a run's stored events after `cursor`, as many as there are."""
        path = f"{_run(run_id)}/events"
        asked = {"after": str(cursor)}
        reply = self._call("GET", path, params=asked, headers={"Accept": "application/json"})
        try:
            found = _LOG.validate_json(_body(reply, MOST_LOG_BYTES))
        except ValidationError as exc:
            raise ReplyUnreadable(_not_ours(reply)) from exc
        return [Message(each.seq, each.event, each.data) for each in found]

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
            raise ApiAway(away(self.endpoint, exc)) from exc
        if reply.ok:
            return reply
        with reply:
            raise problem(reply, _json_object(reply))


def _run(run_id: str) -> str:
    return f"/api/runs/{quote(run_id, safe='')}"


def _read(kind: type[R], reply: requests.Response) -> R:
    try:
        return kind.model_validate_json(_body(reply, MOST_BYTES))
    except ValidationError as exc:
        raise ReplyUnreadable(_not_ours(reply)) from exc


def _body(reply: requests.Response, most: int, seconds: float = WHOLE_SECONDS) -> bytes:
    """Return the whole answer; raises ReplyUnreadable if it is too long, too slow or cut."""
    body, end = bytearray(), time.monotonic() + seconds
    try:
        with reply:
            while piece := reply.raw.read1(65_536, decode_content=True):
                body += piece
                if len(body) > most or time.monotonic() > end:
                    raise ReplyUnreadable(_not_ours(reply))
    except (HTTPError, OSError) as exc:
        raise ReplyUnreadable(_not_ours(reply)) from exc
    return bytes(body)


def _not_ours(reply: requests.Response) -> str:
    return f"{reply.url.split('?')[0]} answered, but not in the way the Aqumen API does."


def _json_object(reply: requests.Response) -> dict[str, Any]:
    try:
        body = parse(_body(reply, MOST_BYTES))
    except (ValueError, RecursionError, ReplyUnreadable):
        return {}
    return body if isinstance(body, dict) else {}
