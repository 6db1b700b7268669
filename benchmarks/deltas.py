"""How long unfinished text takes from the model to the client.

The simulator writes by a timetable that follows from the call alone, and the log says when the
call started: so the moment a character was due is known without a clock at both ends.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from aqumen.models.request import JsonObject
from aqumen.simulator.pace import Pace

from .runs import Told, moment

Place = tuple[int, int, int, int]
_PLACE = ("step_number", "attempt", "answer", "call")


class Writing(NamedTuple):
    """How the simulator was told to write."""

    pace: Pace
    frames_per_write: int = 1
    """Pieces that go out together."""


def delta_delays(run: Told, writing: Writing) -> list[float]:
    """Seconds from when each delta's last character was written to when it came.

    What the call needed to reach the model, and the model's own lateness, are part of it.
    """
    calls = dict(_calls(run))
    found = []
    for event in run.events:
        if event.name == "delta":
            place = _place(event.data)
            if place in calls:
                end = event.data["offset"] + len(event.data["text"])
                found.append(event.at - _due(run, place, calls[place], end, writing))
    return found


def _calls(run: Told) -> Iterator[tuple[Place, JsonObject]]:
    for step in run.steps():
        for number, call in enumerate(step.data["calls"], start=1):
            yield _place({**step.data, "call": number}), call


def _place(data: JsonObject) -> Place:
    step_number, attempt, answer, call = (data[name] for name in _PLACE)
    return step_number, attempt, answer, call


def _due(run: Told, place: Place, call: Any, end: int, writing: Writing) -> float:
    """When the simulator was to write a call's first `end` characters."""
    names = ("step", "attempt", "answer", "call")
    metadata = {
        "run": run.events[0].data["run_id"],
        **dict(zip(names, map(str, place), strict=True)),
    }
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
    return moment(call["started_at"]) + timing.first_seconds + earlier * timing.gap_seconds
