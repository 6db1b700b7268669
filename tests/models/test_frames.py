"""Frames are decoded as botocore decodes them, however they are cut, and damage is noticed."""

from collections.abc import Iterable, Iterator
from struct import pack

import pytest
from botocore.eventstream import EventStreamBuffer
from botocore.exceptions import EventStreamError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import from_json

from aqumen.errors import ConnectionLost, StreamCut
from aqumen.models.bedrock.answer import Reading
from aqumen.models.bedrock.frames import Event, Frames, as_read
from aqumen.models.ear import Ear
from aqumen.simulator import frames

JSON = st.dictionaries(st.text(max_size=10), st.text(max_size=100) | st.integers(), max_size=4)
EVENTS = st.lists(st.tuples(st.text(min_size=1, max_size=30), JSON), min_size=1, max_size=6)
EVERY_HEADER_TYPE = b"".join(
    pack("!B", len(name)) + name + pack("!B", kind) + value
    for name, kind, value in [
        (b"true", 0, b""),
        (b"false", 1, b""),
        (b"byte", 2, b"\x01"),
        (b"short", 3, b"\x00\x01"),
        (b"int", 4, b"\x00" * 4),
        (b"long", 5, b"\x00" * 8),
        (b"bytes", 6, b"\x00\x02ab"),
        (b"time", 8, b"\x00" * 8),
        (b"uuid", 9, b"\x00" * 16),
    ]
)


def taken(read: Iterable[bytes]) -> Iterator[Event]:
    found = Frames()
    for came in read:
        yield from found.take(came)


def events_of(read: Iterable[bytes]) -> Iterator[dict[str, object]]:
    for name, content in taken(read):
        yield {name: from_json(content)}


def reading(ear: Ear | None = None) -> Reading:
    return Reading(None, ear or Ear(), 0.0)


def in_pieces(raw: bytes, size: int) -> Iterator[bytes]:
    return (raw[start : start + size] for start in range(0, len(raw), size))


@given(EVENTS, st.integers(1, 300))
def test_any_events_are_read_however_they_are_cut(
    sent: list[tuple[str, dict[str, object]]], size: int
) -> None:
    raw = b"".join(frames.event(name, content) for name, content in sent)

    assert list(events_of(in_pieces(raw, size))) == [{name: content} for name, content in sent]


def test_headers_of_other_types_are_passed_over() -> None:
    named = frames.header(":event-type", "messageStart")
    raw = frames.frame(EVERY_HEADER_TYPE + named, b'{"role": "assistant"}')
    buffer = EventStreamBuffer()
    buffer.add_data(raw)

    (read_by_botocore,) = list(buffer)

    assert len(read_by_botocore.headers) == 10
    assert list(events_of([raw])) == [{"messageStart": {"role": "assistant"}}]


def test_an_exception_event_is_raised_as_botocore_raises_it() -> None:
    with pytest.raises(EventStreamError) as caught:
        list(events_of([frames.exception("throttlingException", "Slow down.")]))

    assert caught.value.response["Error"] == {
        "Code": "throttlingException",
        "Message": "Slow down.",
    }


def test_an_error_without_a_model_is_raised_too() -> None:
    headers = b"".join(
        frames.header(*pair)
        for pair in [
            (":message-type", "error"),
            (":error-code", "InternalError"),
            (":error-message", "Oh."),
        ]
    )

    with pytest.raises(EventStreamError) as caught:
        list(events_of([frames.frame(headers, b"")]))

    assert caught.value.response["Error"] == {"Code": "InternalError", "Message": "Oh."}


@given(st.data())
def test_a_damaged_byte_is_noticed(data: st.DataObject) -> None:
    raw = bytearray(frames.event("contentBlockDelta", {"delta": {"text": "hello"}}))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises(ConnectionLost):
        list(events_of([bytes(raw)]))


def read_of(pieces: Iterable[bytes]) -> str:
    """Read what may be no frames at all; return how that ended."""
    try:
        return f"{len(list(taken(pieces)))} read"
    except (ConnectionLost, EventStreamError) as refused:
        return type(refused).__name__


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes_are_frames_or_damage(pieces: list[bytes]) -> None:
    whole = len(b"".join(pieces)) >= 12  # what says how long a frame is

    # No sum over made-up bytes is ever right.
    assert read_of(pieces) == ("ConnectionLost" if whole else "0 read")


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_a_frame_of_any_headers_and_content_is_an_event_or_damage(
    headers: bytes, content: bytes
) -> None:
    raw = frames.frame(headers, content)
    assert read_of([raw]) in {"1 read", "ConnectionLost", "EventStreamError"}


@given(st.binary(max_size=40))
def test_an_event_that_botocore_has_read_may_hold_any_bytes(redacted: bytes) -> None:
    delta = {"reasoningContent": {"redactedContent": redacted}}
    event = {"contentBlockDelta": {"contentBlockIndex": 0, "delta": delta}}

    read = reading()
    read.take(as_read(event))
    with pytest.raises(StreamCut):  # for want of an end, and for nothing in it
        read.reply()


def test_an_unfinished_frame_is_not_an_event() -> None:
    raw = frames.event("messageStart", {"role": "assistant"})

    assert list(events_of([raw + raw[:-1]])) == [{"messageStart": {"role": "assistant"}}]


def test_what_is_not_json_is_no_answer() -> None:
    headers = frames.header(":event-type", "messageStop")

    with pytest.raises(ValidationError):
        reading().read(frames.frame(headers, b"{"))


def test_what_was_read_before_an_error_is_not_lost() -> None:
    ear = Ear()
    block = {"contentBlockIndex": 0, "delta": {"text": "So far"}}
    sent = frames.event("contentBlockDelta", block)

    with pytest.raises(EventStreamError):
        reading(ear).read(sent + frames.exception("throttlingException", "Slow down."))

    assert ear.text == "So far"


def test_an_answer_that_is_refused_in_its_first_event_has_not_begun() -> None:
    ear = Ear()
    read = reading(ear)
    *most, last = in_pieces(frames.exception("throttlingException", "Slow down."), 20)
    for piece in most:
        read.read(piece)

    with pytest.raises(EventStreamError):
        read.read(last)

    assert not ear.begun


def test_an_answer_that_has_begun_says_so_before_there_is_text() -> None:
    ear = Ear()

    reading(ear).read(frames.event("messageStart", {"role": "assistant"}))

    assert (ear.begun, ear.text) == (True, "")
