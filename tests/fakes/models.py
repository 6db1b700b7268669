"""A model service that answers from a script."""

import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from aqumen.errors import AqumenError
from aqumen.events import Usage
from aqumen.models.cancel import Cancel
from aqumen.models.request import JsonObject, Reply, Request

ANY_STEP = ""


@dataclass(frozen=True, slots=True)
class BrokeOff:
    """An answer that begins and then fails."""

    text: str
    error: AqumenError


@dataclass(frozen=True, slots=True)
class Held:
    """An answer that begins and then waits until it is cancelled (or for ten seconds at most)."""

    text: str = ""


Scripted = str | JsonObject | Reply | AqumenError | BrokeOff | Held
Answerer = Callable[[Request], Scripted]


def text_reply(text: str, *, stop_reason: str = "end_turn", usage: Usage | None = None) -> Reply:
    """Return a whole text answer whose usage follows from its length."""
    usage = usage or Usage(input_tokens=100, output_tokens=max(1, len(text) // 4))
    return Reply(text, None, stop_reason, usage, duration_seconds=0.2, first_token_seconds=0.1)


def tool_reply(tool_input: JsonObject, *, stop_reason: str = "tool_use") -> Reply:
    """Return an answer given through a tool."""
    text = json.dumps(tool_input)
    usage = Usage(input_tokens=100, output_tokens=max(1, len(text) // 4))
    return Reply(text, tool_input, stop_reason, usage, 0.2, 0.1)


class ScriptedModel:
    """A `ModelClient` that answers with what was queued, or with what a function says.

    Answers queued for a step (read from `metadata["step"]`) come before those for any step, those
    before the function's; with none left an AssertionError names the step.
    """

    def __init__(self, answerer: Answerer | None = None, *, pieces: int = 3) -> None:
        self.history: list[Request] = []
        """Every request, in order of arrival."""
        self.arrived = threading.Event()
        """Set when a request has come in."""
        self._answerer = answerer
        self._pieces = pieces
        self._lock = threading.Lock()
        self._queues: dict[str, deque[Scripted]] = defaultdict(deque)

    def queue(self, *answers: Scripted, step: int | None = None) -> None:
        """Add answers to the end of a step's queue, or of the one for any step."""
        with self._lock:
            self._queues[ANY_STEP if step is None else str(step)].extend(answers)

    def asked(self, step: int) -> list[Request]:
        """Return the requests of one step."""
        return [request for request in self.history if request.metadata.get("step") == str(step)]

    def answer(self, request: Request, cancel: Cancel) -> Reply:
        """Tell the next answer in pieces and return it, or raise what was queued."""
        cancel.check()
        answer = self._next(request)
        request.ear.hear("")
        if isinstance(answer, Held):
            request.ear.hear(answer.text)
            cancel.wait(10)
            pytest.fail("a held answer was never cancelled")
        if isinstance(answer, BrokeOff):
            request.ear.hear(answer.text)
            raise answer.error
        reply = _as_reply(answer)
        size = max(1, -(-len(reply.text) // self._pieces))
        for start in range(0, len(reply.text), size):
            cancel.check()
            request.ear.hear(reply.text[start : start + size])
        return reply

    def _next(self, request: Request) -> str | JsonObject | Reply | BrokeOff | Held:
        step = request.metadata.get("step", ANY_STEP)
        with self._lock:
            self.history.append(request)
            self.arrived.set()
            queue = self._queues[step] or self._queues[ANY_STEP]
            answer = queue.popleft() if queue else None
        if answer is None and self._answerer is not None:
            answer = self._answerer(request)
        assert answer is not None, f"nothing is scripted for step {step!r}: {request.prompt[:80]!r}"
        if isinstance(answer, AqumenError):
            raise answer
        return answer


def _as_reply(answer: str | JsonObject | Reply) -> Reply:
    if isinstance(answer, Reply):
        return answer
    return text_reply(answer) if isinstance(answer, str) else tool_reply(answer)
