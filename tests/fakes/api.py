"""The API over real HTTP on loopback, scripted run by run."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fakes.story import Told

LONGEST = 20.0
"""Seconds after which anything that waits gives up."""


@dataclass(frozen=True)
class Seen:
    """One request that came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Reply:
    """An answer that is not a stream."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Stream:
    """One open event stream: what a script writes to."""

    def __init__(self, handler: BaseHTTPRequestHandler, closing: threading.Event) -> None:
        self._handler = handler
        self._closing = closing

    def send(self, text: str | bytes) -> None:
        """Send bytes as one chunk, exactly as they are."""
        data = text.encode() if isinstance(text, str) else text
        self._handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self._handler.wfile.flush()

    def tell(self, run_id: str, *told: Told) -> None:
        """Send events as the server does."""
        for event in told:
            self.send(block(run_id, event))

    def hold(self) -> None:
        """Say nothing until the fake closes."""
        self._closing.wait(LONGEST)

    def end(self) -> None:
        """End the body properly; a script that returns without it cuts the connection."""
        self._handler.wfile.write(b"0\r\n\r\n")
        self._handler.wfile.flush()


Script = Callable[[Stream], None] | Reply


def block(run_id: str, told: Told) -> str:
    """Return one event as it stands on the wire."""
    name, data = told
    line = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    id_line = f"id: {run_id}:{data['seq']}\n" if "seq" in data else ""
    return f"event: {name}\ndata: {line}\n{id_line}\n"


class FakeApi:
    """Answers like the API; `runs` holds the logs, `scripts` what single connections get."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.runs: dict[str, list[Told]] = {}
        self.scripts: dict[str, list[Script]] = defaultdict(list)
        """By run: one script a connection; without one the log is served and followed."""
        self.refusals: dict[str, Reply] = {}
        """By path: what is answered instead."""
        self.health: dict[str, Any] = {
            "status": "healthy",
            "pipeline_ready": True,
            "version": "1.2.3",
            "model_backend": "bedrock",
        }
        self.summaries: list[dict[str, Any]] = []
        self.on_start: Callable[[dict[str, Any]], str] = lambda _: "run-1"
        self.cancelled: list[str] = []
        self._news = threading.Condition()
        self._closing = threading.Event()

    def say(self, run_id: str, *told: Told) -> None:
        """Add events to a run's log; open streams get them at once."""
        with self._news:
            self.runs.setdefault(run_id, []).extend(told)
            self._news.notify_all()

    def requests(self, ending: str) -> list[Seen]:
        """Return the requests whose path ends so."""
        return [seen for seen in self.seen if seen.path.endswith(ending)]

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """Serve on loopback and give the endpoint."""
        fake = self
        self._closing.clear()

        class Handler(_Handler):
            api = fake

        server = _Server(("127.0.0.1", port), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            self._closing.set()
            with self._news:
                self._news.notify_all()
            server.shutdown()
            server.server_close()
            thread.join(5)

    def answer(self, seen: Seen) -> Reply:
        """Return the answer to a request that is not for a stream."""
        if seen.path in self.refusals:
            return self.refusals[seen.path]
        if seen.method == "POST":
            return self._posted(seen)
        if seen.path == "/health":
            return Reply(body=self.health)
        if seen.path == "/api/models":
            return Reply(body={"models": {"weak": {"id": "us.anthropic.claude-haiku-4-5-v1:0"}}})
        if seen.path == "/api/runs":
            return Reply(body={"runs": self._listed(seen), "next_cursor": None})
        return problem(404, "There is no run with this id.", "not_found")

    def logged(self, run_id: str, cursor: int) -> list[dict[str, Any]]:
        """Return a run's stored events after `cursor`, as the log's JSON has them."""
        stored = [(name, data) for name, data in self.runs[run_id] if data.get("seq", 0) > cursor]
        return [{"seq": data["seq"], "event": name, "data": data} for name, data in stored]

    def stream(self, run_id: str, cursor: int, stream: Stream) -> None:
        """Serve a run's log after `cursor` and follow it to its end."""
        at = 0
        while not self._closing.is_set():
            for told in self._after(run_id, at):
                at += 1
                if told[1].get("seq", cursor + 1) > cursor:
                    stream.tell(run_id, told)
                if told[0] in {"done", "error"}:
                    return stream.end()
        return None

    def _after(self, run_id: str, at: int) -> list[Told]:
        with self._news:
            log = self.runs[run_id]
            self._news.wait_for(lambda: self._closing.is_set() or len(log) > at, LONGEST)
            return log[at:]

    def _posted(self, seen: Seen) -> Reply:
        if seen.path == "/api/runs":
            return Reply(202, {"run_id": self.on_start(seen.body), "status": "queued"})
        run_id = seen.path.split("/")[3]
        self.cancelled.append(run_id)
        return Reply(202, {"run_id": run_id, "status": "cancelled", "changed": True})

    def _listed(self, seen: Seen) -> list[dict[str, Any]]:
        wanted, search = seen.query.get("status"), seen.query.get("q", "").lower()
        return [
            row
            for row in self.summaries
            if wanted in {None, row["status"]} and search in row["topic"].lower()
        ]


def problem(status: int, detail: str, code: str = "", **headers: str) -> Reply:
    """Return an answer in application/problem+json."""
    body = {"type": "about:blank", "title": "", "status": status, "detail": detail, "code": code}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, body, {"Content-Type": "application/problem+json", **named})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients hang up in these tests."""


class _Handler(BaseHTTPRequestHandler):
    api: FakeApi
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _handle(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length)) if length else None
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        seen = Seen(self.command, url.path, query, dict(self.headers), body)
        self.api.seen.append(seen)
        if url.path.endswith("/events") and url.path not in self.api.refusals:
            self._events(seen)
        else:
            self._reply(self.api.answer(seen))

    def _events(self, seen: Seen) -> None:
        run_id = seen.path.split("/")[3]
        cursor = int(seen.headers.get("Last-Event-ID", "x:0").rpartition(":")[2])
        scripts = self.api.scripts[run_id]
        script = scripts.pop(0) if scripts else None
        if isinstance(script, Reply):
            return self._reply(script)
        if script is None and run_id not in self.api.runs:
            return self._reply(problem(404, "There is no run with this id.", "not_found"))
        if script is None and seen.headers.get("Accept") == "application/json":
            return self._reply(Reply(body=self.api.logged(run_id, int(seen.query["after"]))))
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        stream = Stream(self, self.api._closing)
        if script is None:
            return self.api.stream(run_id, cursor, stream)
        return script(stream)

    def _reply(self, reply: Reply) -> None:
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        data = b"" if reply.body is None else text.encode()
        self.send_response(reply.status)
        for name, value in ({"Content-Type": "application/json"} | reply.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
