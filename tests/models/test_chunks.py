"""A body is the same however its chunks, and they themselves, are cut."""

from http.client import HTTPException

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.models.bedrock.chunks import Chunks

BODIES = st.lists(st.binary(min_size=1, max_size=300), max_size=10)
EXTENSIONS = st.sampled_from([b"", b";name=value", b" "])
TRAILERS = st.sampled_from([b"", b"Checked: yes\r\n", b"One: 1\r\nTwo: 2\r\n"])


def taken(raw: bytes, size: int) -> tuple[bytes, bool]:
    chunks = Chunks()
    body = b"".join(chunks.take(raw[at : at + size]) for at in range(0, len(raw), size))
    return body, chunks.over


@given(BODIES, EXTENSIONS, TRAILERS, st.integers(1, 400))
def test_any_chunks_are_taken_off_wherever_they_are_cut(
    pieces: list[bytes], extension: bytes, trailers: bytes, size: int
) -> None:
    sent = [b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces]
    raw = b"".join(sent) + b"0\r\n" + trailers + b"\r\n"

    assert taken(raw, size) == (b"".join(pieces), True)
    assert not taken(raw[:-1], size)[1]


@pytest.mark.parametrize("line", [b"x\r\n", b"-1\r\n", b"\r\n", b"1" * 5000])
def test_what_has_no_size_is_no_chunk(line: bytes) -> None:
    with pytest.raises(HTTPException):
        Chunks().take(line)
