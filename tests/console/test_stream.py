"""One connection's events, however they are cut, cut off, mixed up or made up."""

import json
from collections.abc import Iterator
from typing import Any, cast

import requests
from hypothesis import given
from hypothesis import strategies as st

from aqumen.runs.tail import Heard
from aqumen.store.records import Stored
from aqumen.web.streaming import RETRY, as_event
from console.stream import Message, Misfit, messages

RUN = "01M81J10W4EW0KC9331TNW44FN"
TEXTS = st.lists(st.text(max_size=20), min_size=1, max_size=8)


class Connection:
    """Bytes as they arrive."""

    raw = None

    def __init__(self, sent: bytes, sizes: list[int]) -> None:
        self._sent = sent
        self._sizes = sizes

    def iter_content(self, _size: int | None) -> Iterator[bytes]:
        rest = self._sent
        for size in self._sizes:
            yield rest[:size]
            rest = rest[size:]
        yield rest


def read(sent: bytes, sizes: list[int], cursor: int = 0) -> tuple[list[Message], bool]:
    """Return what is accepted of a connection, and whether the rest has to be fetched again."""
    accepted = []
    try:
        for message in messages(cast("requests.Response", Connection(sent, sizes)), RUN, cursor):
            accepted.append(message)  # noqa: PERF402 - what came before a Misfit counts
    except (Misfit, ValueError):
        return accepted, True
    return accepted, False


def log(texts: list[str]) -> list[Heard]:
    """Return a run's whole log that holds these texts."""
    told: list[Heard] = []
    for seq, text in enumerate([*texts, "the end"], start=1):
        name = "done" if seq == len(texts) + 1 else "step"
        told.append(Stored(seq, name, name, json.dumps({"text": text, "seq": seq})))
    return told


def stream(told: list[Heard]) -> bytes:
    return RETRY + b"".join(as_event(RUN, each) for each in told)


def data(told: list[Heard]) -> list[dict[str, Any]]:
    return [json.loads(each.data) for each in told if isinstance(each, Stored)]


@given(TEXTS, st.lists(st.integers(1, 40), max_size=30))
def test_a_log_is_read_whole_however_it_is_cut(texts: list[str], sizes: list[int]) -> None:
    told = log(texts)

    accepted, again = read(stream(told), sizes)

    assert [message.data for message in accepted] == data(told)
    assert not again


@given(TEXTS, st.data())
def test_of_a_connection_that_breaks_off_nothing_is_accepted_that_was_not_sent(
    texts: list[str], chance: st.DataObject
) -> None:
    told = log(texts)
    sent = stream(told)
    cut = chance.draw(st.integers(0, len(sent)))

    accepted, _ = read(sent[:cut], [])

    assert [message.data for message in accepted] == data(told)[: len(accepted)]


@given(TEXTS, st.randoms(use_true_random=False), st.integers(0, 4))
def test_events_out_of_order_are_never_accepted_out_of_order(
    texts: list[str], chance: Any, cursor: int
) -> None:
    told = log(texts)
    mixed = chance.sample(told, len(told)) + chance.choices(told, k=3)

    accepted, _ = read(stream(mixed), [], cursor)

    seqs = [message.seq for message in accepted]
    assert seqs == list(range(cursor + 1, cursor + 1 + len(seqs)))


@given(st.binary(max_size=300), st.lists(st.integers(1, 40), max_size=10))
def test_of_bytes_that_are_no_log_nothing_is_accepted(sent: bytes, sizes: list[int]) -> None:
    accepted, _ = read(sent, sizes)

    assert not [message for message in accepted if message.seq]
