"""Decode the event-stream frames of an answer.

botocore decodes them too, at four times the cost: with 200 answers being written at once that was
40 % of the process's CPU time and a second of delay.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from struct import Struct
from typing import Any
from zlib import crc32

from botocore.exceptions import EventStreamError
from pydantic_core import from_json, to_json

from aqumen.errors import ConnectionLost

_PRELUDE = Struct("!III")
_CRC = Struct("!I")
_LONGEST_FRAME = 24 * 2**20
_STRING = 7
# Bytes of a header's value by its type; 6 and 7 say their length in two bytes.
_SIZES = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}


Event = tuple[str, bytes]
"""The name of an event and its content, the latter as JSON."""


class Frames:
    """Finds the events in bytes, however they are cut."""

    def __init__(self) -> None:
        self._rest = b""
        """What has come of a frame that is not complete."""

    def take(self, came: bytes) -> Iterator[Event]:
        """Yield the events that are complete now.

        Raises botocore's EventStreamError for an exception event and ConnectionLost for damage,
        after the events before it.
        """
        held, start = self._rest + came, 0
        while end := _end(held, start):
            yield _event(held[start:end])
            start = end
        self._rest = held[start:]


def as_read(event: Mapping[str, Any]) -> list[Event]:
    """Return an event that botocore has read, bytes of any kind in it as base64."""
    return [(name, to_json(content, bytes_mode="base64")) for name, content in event.items()]


def _end(held: bytes, start: int) -> int:
    """Return where the frame that starts somewhere ends; 0 if it is not complete."""
    if len(held) - start < _PRELUDE.size:
        return 0
    length, headers, crc = _PRELUDE.unpack_from(held, start)
    if crc32(held[start : start + 8]) != crc or not 16 + headers <= length <= _LONGEST_FRAME:
        raise ConnectionLost
    return start + length if start + length <= len(held) else 0


def _event(frame: bytes) -> Event:
    payload_start = _PRELUDE.size + int.from_bytes(frame[4:8])
    if _CRC.unpack_from(frame, len(frame) - 4)[0] != crc32(frame[:-4]):
        raise ConnectionLost
    headers = _headers(frame[_PRELUDE.size : payload_start])
    payload = frame[payload_start:-4]
    if headers.get(":message-type", "event") == "event":
        return headers.get(":event-type", ""), payload
    code = headers.get(":exception-type") or headers.get(":error-code", "")
    message = headers.get(":error-message") or _message(payload)
    error = {"Error": {"Code": code, "Message": message}}
    raise EventStreamError(error, "ConverseStream")


def _message(payload: bytes) -> str:
    try:
        content = from_json(payload or b"{}")
    except ValueError as exc:
        raise ConnectionLost from exc
    return str(content.get("message", "")) if isinstance(content, dict) else ""


@lru_cache(maxsize=64)
def _headers(raw: bytes) -> dict[str, str]:
    """Return the headers that are strings; an answer's frames have the same few over and over."""
    found, at = {}, 0
    try:
        while at < len(raw):
            name_end = at + 1 + raw[at]
            name, kind = raw[at + 1 : name_end].decode(), raw[name_end]
            start = name_end + 1
            size = _SIZES.get(kind)
            if size is None:
                start, size = start + 2, int.from_bytes(raw[start : start + 2])
            if kind == _STRING:
                found[name] = raw[start : start + size].decode()
            at = start + size
    except (IndexError, UnicodeError) as exc:
        raise ConnectionLost from exc
    return found
