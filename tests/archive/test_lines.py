"""A log as lines of JSON: one event a line, whatever is in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.archive.lines import as_lines
from aqumen.archive.reading import read
from aqumen.errors import ExportDamaged
from aqumen.events import Queued
from aqumen.store.records import Stored

# Words in which a careless reader finds the end of a line.
TEXT = st.text(max_size=40) | st.sampled_from(
    ["a\nb", "\r\n", "\u2028", "\x85", "\x1e", '"\\', "{}"]
)


@given(st.lists(TEXT, max_size=5))
def test_each_line_is_one_event_and_reads_as_it_was_told(texts: list[str]) -> None:
    told = [Queued(run_id=text, position=number) for number, text in enumerate(texts)]
    stored = [Stored(each.position, each.name, each.type, each.model_dump_json()) for each in told]

    lines = as_lines(stored).split(b"\n")

    assert lines.pop() == b""
    assert [json.loads(line)["data"]["run_id"] for line in lines] == texts
    assert [json.loads(line)["seq"] for line in lines] == list(range(len(texts)))


@given(st.binary(max_size=200) | st.text(max_size=100).map(json.dumps).map(str.encode))
def test_a_file_that_anybody_may_have_written_is_no_run(file: bytes) -> None:
    with pytest.raises(ExportDamaged, match=r"\.$"):
        read(file)
