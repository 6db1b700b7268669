"""How long unfinished text takes from the model to the client.

The simulator writes by a timetable that follows from the call alone, and remembers when the call
came: so the moment a character was due is known, in seconds since the epoch.
"""

from typing import Any, NamedTuple

from aqumen.simulator.pace import Pace

from .answered import Answered, Place, calls_of, place_of
from .runs import Told


class Writing(NamedTuple):
    """How the simulator was told to write."""

    pace: Pace
    frames_per_write: int = 1
    """Pieces that go out together."""


def delta_delays(run: Told, writing: Writing, answered: Answered) -> list[float]:
    """Seconds from when each delta's last character was to be written to when it came.

    The model's own lateness is part of it.
    """
    calls = {place: call for step in run.steps() for place, call in calls_of(step)}
    found = []
    for event in run.events:
        if event.name == "delta" and (place := place_of(event.data)) in calls:
            end = event.data["offset"] + len(event.data["text"])
            after = _due_after(run, place, calls[place], end, writing)
            found.append(event.at - answered.received_at(run.run_id, place) - after)
    return found


def _due_after(run: Told, place: Place, call: Any, end: int, writing: Writing) -> float:
    """After how many seconds the simulator was to have written a call's first `end` characters."""
    metadata = {"run": run.run_id, **{name: str(at) for name, at in place._asdict().items()}}
    length = len(call["response"])
    timing = writing.pace.timing(
        f"{call['model']} {sorted(metadata.items())} {call['prompt']}", length
    )
    piece = -(-end * timing.pieces // length)
    # The start of the message is a piece of its own on the wire, and that of a tool's input too.
    before = 1 if call["stop_reason"] == "tool_use" else 0
    # What goes out together does so when the first of it is due.
    earlier = piece + before
    earlier -= earlier % writing.frames_per_write
    return timing.first_seconds + earlier * timing.gap_seconds
