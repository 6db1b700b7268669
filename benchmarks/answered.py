"""What the offline Bedrock saw of the calls that runs made."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aqumen.models.request import JsonObject

from .processes import Served
from .recovery import json_of
from .runs import Told
from .wire import Heard

_SIDE_BY_SIDE = {4: "answers", 5: "answers"}
"""Steps that go on at the same time."""
_PLACE = ("step_number", "attempt", "answer", "call")
_METADATA = ("step", "attempt", "answer", "call")


class Place(NamedTuple):
    """Where a call stands in its run."""

    step: int
    attempt: int
    answer: int
    call: int


class Answered:
    """The calls that the offline Bedrock remembers, by run and place."""

    def __init__(self, bedrock: Served) -> None:
        newest = json_of(bedrock.port, "GET", "/simulator/calls/newest")
        self._calls: Mapping[tuple[str, Place], JsonObject] = {
            (call["metadata"]["run"], _place(call["metadata"], _METADATA)): call
            for call in newest
            if "run" in call["metadata"] and call["answered_at"] is not None
        }

    def received_at(self, run_id: str, place: Place) -> float:
        """Return when a call reached the model, in seconds since the epoch."""
        return float(self._calls[run_id, place]["received_at"])

    def critical_path(self, run: Told) -> float:
        """Return the seconds of model calls that had to follow each other, as the model saw them.

        The steps of an attempt follow each other, 4 and 5 together; so do a step's answers, and
        of an answer's calls, which go on at the same time, the longest counts.
        """
        chains: defaultdict[tuple[int, object], defaultdict[int, float]]
        chains = defaultdict(lambda: defaultdict(float))
        for step in run.steps():
            number = step.data["step_number"]
            group = (step.data["attempt"], _SIDE_BY_SIDE.get(number, number))
            longest = max(
                (self._seconds(run.run_id, place) for place, _ in calls_of(step)), default=0.0
            )
            chains[group][number] += longest
        return sum(max(chain.values()) for chain in chains.values())

    def _seconds(self, run_id: str, place: Place) -> float:
        call = self._calls[run_id, place]
        return float(call["answered_at"] - call["received_at"])


def calls_of(step: Heard) -> Iterator[tuple[Place, JsonObject]]:
    """Yield the calls that an answer took, with their places."""
    for number, call in enumerate(step.data["calls"], start=1):
        yield place_of({**step.data, "call": number}), call


def place_of(data: JsonObject) -> Place:
    """Return where an event of the wire belongs."""
    return _place(data, _PLACE)


def _place(data: Mapping[str, Any], names: tuple[str, ...]) -> Place:
    return Place(*(int(data[name]) for name in names))
