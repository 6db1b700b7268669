"""Checks a running server and prints what it saw: `python test_api.py [URL]`.

One whole run and the beginning of another: on Amazon Bedrock they are paid for. Shows the key in
AQUMEN_API_KEY. Exits with 1, and a sentence, if the server does not keep its promises.
"""

import argparse
import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

DEFAULT_URL = "http://localhost:8000"
HOW_TO_START = "To start a server here: uvicorn api_server:app --port 8000"
DEFAULT_TOPIC = "SQL transactions and isolation levels"
KEY = {"Authorization": f"Bearer {key}"} if (key := os.environ.get("AQUMEN_API_KEY")) else {}
QUICK_SECONDS = 10.0
SILENCE_SECONDS = 30.0  # a silent stream sends a comment every ten
PROMISED_FIELDS = {
    "start": "event run_id topic timestamp",
    "step_started": "step_number description model attempt",
    "step": "step_number description model success timestamp response_preview response_full prompt "
    "attempt answer duration_seconds checks usage cost_usd calls",
    "final": "success differentiation_achieved total_attempts stopped_at_step assessment reason "
    "error metadata",
    "done": "event timestamp total_duration_seconds",
    "error": "code error timestamp",
}


class Broken(Exception):
    """The server does not do what it promises; the message says so in a sentence."""


class Answer(NamedTuple):
    """What came back from one call; `said` is its JSON, or where it has none, its beginning."""

    status: int
    kind: str
    said: Any

    @classmethod
    def read(cls, response: HTTPResponse | HTTPError) -> "Answer":
        body = response.read()
        try:
            said = json.loads(body)
        except ValueError:
            said = {"detail": repr(body[:80])}
        return cls(response.status or 0, response.headers.get_content_type(), said)


@dataclass(slots=True)
class Server:
    """The server under test."""

    url: str
    topic: str
    request_id: str
    run_id: str = ""

    def call(self, method: str, path: str, body: object = None) -> Answer:
        """Make a call and return its answer, whatever its status; raises Broken if none comes."""
        sent = None if body is None else json.dumps(body).encode()
        headers = KEY | ({"Content-Type": "application/json"} if sent else {})
        request = Request(f"{self.url}{path}", sent, headers, method=method)  # noqa: S310
        try:
            with urlopen(request, timeout=QUICK_SECONDS) as response:  # noqa: S310
                return Answer.read(response)
        except HTTPError as error:
            return Answer.read(error)
        except (OSError, HTTPException) as error:
            raise Broken(f"{self.url} does not answer: {why(error)}. {HOW_TO_START}") from error

    def expect(self, status: int, method: str, path: str, body: object = None) -> Any:
        """Make a call and return the JSON it answers; raises Broken for any other status."""
        answer = self.call(method, path, body)
        ensure(answer.status == status, f"{path} answers {answer.status}: {answer.said}")
        return answer.said


def main() -> int:
    """Check the server that the command line names; return the process's exit status."""
    parser = argparse.ArgumentParser(description="Checks a running server.")
    parser.add_argument("url", nargs="?", default=DEFAULT_URL, metavar="URL")
    parser.add_argument("--topic", default=DEFAULT_TOPIC, help="what the whole run is about")
    asked = parser.parse_args()
    if not asked.url.startswith(("http://", "https://")):
        parser.error("the URL has to begin with http:// or https://")
    server = Server(asked.url.rstrip("/"), asked.topic, uuid.uuid4().hex)
    try:
        for name, check in CHECKS.items():
            print(f"\n{name}", flush=True)
            check(server)
    except Broken as broken:
        print(f"\nFAILED: {broken}", file=sys.stderr)
        return 1
    print(f"\nEverything works at {server.url}.")
    return 0


def health(server: Server) -> None:
    started = time.monotonic()
    said = server.expect(200, "GET", "/health")
    milliseconds = (time.monotonic() - started) * 1000
    print(f"  {said['status']}, version {said.get('version')}, in {milliseconds:.0f} ms")
    print(f"  models: {said.get('model_backend')}, pipeline ready: {said['pipeline_ready']}")


def models(server: Server) -> None:
    said = server.expect(200, "GET", "/api/models")
    for role, model in said["models"].items():
        print(f"  {role:<7}{model['id']}")


def bad_topic(server: Server) -> None:
    answer = server.call("GET", f"/api/generate-stream?{urlencode({'topic': '?'})}")
    ensure(answer.status == 422, f"A topic of one character is answered with {answer.status}.")
    ensure(answer.kind == "application/problem+json", f"The refusal comes as {answer.kind}.")
    print(f"  422 {answer.said['code']}: {answer.said['detail']}")


def streamed_run(server: Server) -> None:
    query = urlencode({"topic": server.topic, "request_id": server.request_id})
    started = time.monotonic()
    heard: list[dict[str, Any]] = []
    for data in events_of(server, f"/api/generate-stream?{query}"):
        heard.append(data)
        tell(data, time.monotonic() - started)
    ensure(bool(heard) and heard[0]["type"] == "start", "The stream does not begin with `start`.")
    ensure(heard[-1]["type"] != "error", f"The run failed: {heard[-1].get('error')}")
    ensure(heard[-1]["type"] == "done", "The stream ended without `done` or `error`.")
    ensure(heard[-2]["type"] == "final", "There is no final result before `done`.")
    told = {data["step_number"] for data in heard if data["type"] == "step"}
    ensure(told == set(range(1, heard[-2]["stopped_at_step"] + 1)), f"The steps were {told}.")
    server.run_id = heard[-1]["run_id"]
    print(f"  {len(heard)} events, ids and numbers without gaps")


def events_of(server: Server, path: str) -> Iterator[dict[str, Any]]:
    """Yield a stream's events, each checked for its id, its number and its fields."""
    for seq, block in enumerate(blocks(server, path), start=1):
        lines = dict(line.partition(": ")[::2] for line in block)
        ensure(list(lines) == ["event", "data", "id"], f"A block has the lines {list(lines)}.")
        data = json.loads(lines["data"])
        ensure(data["seq"] == seq, f"Event {data['seq']} came where {seq} was due.")
        ensure(lines["id"] == f"{data['run_id']}:{seq}", f"Event {seq} has the id {lines['id']}.")
        missing = set(PROMISED_FIELDS.get(data["type"], "").split()) - data.keys()
        ensure(not missing, f"Event {seq} ({data['type']}) lacks {', '.join(sorted(missing))}.")
        yield data


def blocks(server: Server, path: str) -> Iterator[list[str]]:
    """Yield the lines of a stream's blocks, without comments and `retry`."""
    request = Request(f"{server.url}{path}", headers=KEY | {"Accept": "text/event-stream"})  # noqa: S310
    lines = []
    try:
        with urlopen(request, timeout=SILENCE_SECONDS) as response:  # noqa: S310
            ensure("X-Run-Id" in response.headers, "The stream's answer has no X-Run-Id.")
            for raw in response:
                line = raw.decode().rstrip("\n")
                if line and not line.startswith((":", "retry:")):
                    lines.append(line)
                elif lines:
                    yield lines
                    lines = []
    except HTTPError as error:
        raise Broken(f"The stream is refused: {Answer.read(error).said}") from error
    except (OSError, HTTPException) as error:
        raise Broken(f"The stream broke: {why(error)}.") from error


def tell(data: dict[str, Any], seconds: float) -> None:
    line = data["code"] if data["type"] in {"retry", "error"} else ""
    if data["type"] == "step":
        verdict = "ok" if data["success"] else "not accepted, asked again"
        line = f"step {data['step_number']}: {data['description']}: {verdict}"
    elif data["type"] == "final":
        spent = data["metadata"]
        ending = data["assessment"]["title"] if data["assessment"] else data["reason"]
        line = f"result: {ending} ({spent['model_calls']} model calls, ${spent['cost_usd']:.4f})"
    if line:
        print(f"  {seconds:6.1f} s  {line}", flush=True)


def blocking_run(server: Server) -> None:
    """Ask again under the same request id: that leads to the streamed run and costs nothing."""
    asked = {"topic": server.topic, "request_id": server.request_id}
    result = server.expect(200, "POST", "/api/generate", asked)
    ensure(result["run_id"] == server.run_id, "The same request id started another run.")
    print(f"  the same run, {server.run_id}: success {result['success']}")


def listed_runs(server: Server) -> None:
    run = server.expect(200, "GET", f"/api/runs/{server.run_id}")
    ensure(bool(run["steps"] and run["final"]), "The stored run lacks its steps or its result.")
    runs = server.expect(200, "GET", "/api/runs?limit=100")["runs"]
    ensure(
        server.run_id in {run["run_id"] for run in runs},
        "GET /api/runs does not list the run that has just ended.",
    )
    for run in runs[:5]:
        print(f"  {run['run_id']}  {run['status']:<12}{run['topic'][:50]}")


def cancelled_run(server: Server) -> None:
    begun = server.expect(202, "POST", "/api/runs", {"topic": server.topic})
    started = time.monotonic()
    server.expect(202, "POST", begun["cancel_url"])
    place = f"/api/runs/{begun['run_id']}"
    while server.expect(200, "GET", place)["status"] in {"queued", "running"}:
        ensure(time.monotonic() - started < QUICK_SECONDS, "A cancelled run goes on.")
        time.sleep(0.05)
    status = server.expect(200, "GET", place)["status"]
    print(f"  {status} after {time.monotonic() - started:.2f} s")


CHECKS: dict[str, Callable[[Server], None]] = {
    "GET /health": health,
    "GET /api/models": models,
    "A topic that cannot be run": bad_topic,
    "GET /api/generate-stream": streamed_run,
    "POST /api/generate": blocking_run,
    "GET /api/runs": listed_runs,
    "POST /api/runs/{id}/cancel": cancelled_run,
}


def ensure(holds: bool, sentence: str) -> None:
    if not holds:
        raise Broken(sentence)


def why(error: Exception) -> str:
    """Return what went wrong on the way, in words."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return "it took too long"
    return str(getattr(reason, "strerror", None) or reason).lower()


if __name__ == "__main__":
    sys.exit(main())
