"""Frames are what botocore's own parser reads."""

from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from aqumen.simulator import frames

NAMES = st.text(min_size=1, max_size=40).filter(lambda name: len(name.encode()) <= 255)
HEADERS = st.dictionaries(NAMES, st.text(max_size=200), max_size=6)
FRAME = st.tuples(HEADERS, st.binary(max_size=2000))


def encoded(headers: dict[str, str], payload: bytes) -> bytes:
    return frames.frame(b"".join(frames.header(*pair) for pair in headers.items()), payload)


@given(st.lists(FRAME, min_size=1, max_size=5), st.integers(1, 500))
def test_any_frames_are_read_back_however_they_are_cut(
    sent: list[tuple[dict[str, str], bytes]], size: int
) -> None:
    raw = b"".join(encoded(headers, payload) for headers, payload in sent)
    buffer, read = EventStreamBuffer(), []

    for start in range(0, len(raw), size):
        buffer.add_data(raw[start : start + size])
        read += [(message.headers, message.payload) for message in buffer]

    assert read == sent


def test_events_and_exceptions_say_what_they_are() -> None:
    buffer = EventStreamBuffer()
    buffer.add_data(frames.event("messageStop", {"stopReason": "end_turn"}))
    buffer.add_data(frames.exception("throttlingException", 'Slow "down".'))

    stop, failed = list(buffer)

    assert stop.headers[":event-type"] == "messageStop"
    assert stop.headers[":message-type"] == "event"
    assert stop.payload == b'{"stopReason":"end_turn"}'
    assert failed.headers[":exception-type"] == "throttlingException"
    assert failed.headers[":message-type"] == "exception"
