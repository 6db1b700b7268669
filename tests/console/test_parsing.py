"""What JSON from outside becomes, so that every text of it can be shown."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.parsing import parse

ANY_TEXT = st.text(st.characters())
SAID = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(ANY_TEXT, each, max_size=3),
    max_leaves=6,
)


@given(SAID, st.booleans())
def test_whatever_is_said_can_be_encoded_and_is_else_the_same(said: Any, encoded: bool) -> None:
    written = json.dumps(said)

    parsed = parse(written.encode() if encoded else written)

    json.dumps(parsed, ensure_ascii=False).encode()
    assert parsed == json.loads(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))


@pytest.mark.parametrize("text", ["{", b"\xff", '"'])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own
        parse(text)
