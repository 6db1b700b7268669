"""Encode AWS event-stream frames.

u32 total length | u32 headers length | u32 crc32 of these | headers | payload | u32 crc32 of all
before it, big-endian; a header is u8 name length | name | u8 7 | u16 value length | value.
"""

from functools import lru_cache
from struct import pack
from typing import Any
from zlib import crc32

from pydantic_core import to_json

_STRING = 7


def event(name: str, payload: dict[str, Any]) -> bytes:
    """Return the frame of an event such as `contentBlockDelta`."""
    return frame(_headers("event", name), to_json(payload))


def exception(name: str, message: str) -> bytes:
    """Return the frame of an exception such as `throttlingException`."""
    return frame(_headers("exception", name), to_json({"message": message}))


def frame(headers: bytes, payload: bytes) -> bytes:
    """Return one frame around encoded headers."""
    prelude = pack("!II", 16 + len(headers) + len(payload), len(headers))
    head = b"".join((prelude, pack("!I", crc32(prelude)), headers, payload))
    return head + pack("!I", crc32(head))


def header(name: str, value: str) -> bytes:
    """Return one encoded header: a name of up to 255 bytes, a value of up to 65,535."""
    raw_name, raw_value = name.encode(), value.encode()
    sizes = pack("!BH", _STRING, len(raw_value))
    return b"".join((pack("!B", len(raw_name)), raw_name, sizes, raw_value))


@lru_cache(maxsize=64)
def _headers(kind: str, name: str) -> bytes:
    return b"".join(
        (
            header(f":{kind}-type", name),
            header(":content-type", "application/json"),
            header(":message-type", kind),
        )
    )
