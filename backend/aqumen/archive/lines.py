"""A run's log as lines of JSON, as the wire has them."""

from collections.abc import Iterable

from aqumen.store.records import Stored


def as_line(stored: Stored) -> bytes:
    """Return an event as one line: `{"seq","event","data"}`."""
    return f'{{"seq":{stored.seq},"event":"{stored.name}","data":{stored.data}}}\n'.encode()


def as_lines(events: Iterable[Stored]) -> bytes:
    """Return a log as NDJSON."""
    return b"".join(map(as_line, events))
