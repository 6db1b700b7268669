"""Where in a log a reader stands: `Last-Event-ID`, `after`, and what both may say."""

import re
from typing import NamedTuple

from aqumen.errors import Conflict, InvalidOrder
from aqumen.store.records import Summary

_EVENT_ID = re.compile(r"([0-9A-Za-z_-]{1,64}):(\d{1,9})")


class Cursor(NamedTuple):
    """The last event a reader has seen."""

    run_id: str
    seq: int


def cursor_of(last_event_id: str) -> Cursor:
    """Read a `Last-Event-ID`; raises InvalidOrder if it is not `<run_id>:<seq>`."""
    found = _EVENT_ID.fullmatch(last_event_id.strip())
    if found is None:
        raise InvalidOrder("Last-Event-ID has to be <run_id>:<seq>.")
    return Cursor(found[1], int(found[2]))


def anything_after(run: Summary, seq: int) -> bool:
    """Return whether anything can follow a seq; raises Conflict if it does not exist yet."""
    if seq > run.last_seq:
        raise Conflict(f"This run has no event {seq} yet; its last is {run.last_seq}.")
    return not (run.over and seq == run.last_seq)
