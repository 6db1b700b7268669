"""One connection's events: which are accepted, and when the stream has to be opened again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests
from sseclient import Event, SSEClient

from .parsing import parse


@dataclass(frozen=True, slots=True)
class Message:
    """One event as it came; `seq` is 0 for a delta, which is not stored."""

    seq: int
    name: str
    data: dict[str, Any]

    @property
    def last(self) -> bool:
        """Whether nothing comes after it."""
        return self.name in {"done", "error"}


class Misfit(Exception):
    """An event that does not follow the cursor: what came is fetched again."""


def messages(response: requests.Response, run_id: str, cursor: int) -> Iterator[Message]:
    """Yield what follows `cursor`, in order, without gaps or repeats.

    The parser hands over an event that the connection cut short, if need be with a shortened id:
    an event counts only if its id is made of the run and its own `seq`. Raises Misfit, and
    requests' or ValueError for a connection that broke.
    """
    for event in SSEClient(_chunks(response)).events():
        message = _message(event, run_id)
        if message is None:
            continue
        if message.seq:
            if message.seq <= cursor:
                continue
            if message.seq > cursor + 1:
                raise Misfit(f"event {message.seq} came after {cursor}")
            cursor = message.seq
        yield message
        if message.last:
            return


def _chunks(response: requests.Response) -> Iterator[bytes]:
    # Chunk by chunk as they arrive; a body without chunks would be read to its end that way.
    chunked = bool(getattr(response.raw, "chunked", False))
    chunks: Iterator[bytes] = response.iter_content(None if chunked else 128)
    return chunks


def _message(event: Event, run_id: str) -> Message | None:
    """Return an event's message, None for a delta that cannot be used; raises Misfit."""
    if event.id is None:
        return _delta(event)
    data = _object(event.data)
    seq = data.get("seq") if data else None
    if not isinstance(seq, int) or data is None or event.id != f"{run_id}:{seq}":
        raise Misfit(f"event with id {event.id!r}")
    return Message(seq, event.event, data)


def _delta(event: Event) -> Message | None:
    data = _object(event.data) if event.event == "delta" else None
    return Message(0, "delta", data) if data else None


def _object(text: str) -> dict[str, Any] | None:
    try:
        data = parse(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None
