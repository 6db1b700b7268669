"""What one run's stream says about time."""

from datetime import datetime
from itertools import pairwise

from .wire import Exchange, Heard


class Told:
    """One run as its client saw it."""

    def __init__(self, exchange: Exchange) -> None:
        self.sent_at = exchange.sent_at
        self.events = exchange.events()
        self.done = bool(self.events) and self.events[-1].name == "done"

    @property
    def run_id(self) -> str:
        """The run's id."""
        return str(self.events[0].data["run_id"])

    @property
    def seconds(self) -> float:
        """From opening the connection to the last event."""
        return self.events[-1].at - self.sent_at

    @property
    def first_event_seconds(self) -> float:
        """From opening the connection to the first event."""
        return self.events[0].at - self.sent_at

    def delays(self) -> list[float]:
        """Seconds from the log's timestamp of each stored event to the client."""
        stored = (event for event in self.events if "timestamp" in event.data)
        return [event.at - moment(event.data["timestamp"]) for event in stored]

    def steps(self) -> list[Heard]:
        """Return the answers of steps, without the result."""
        return [event for event in self.events if event.data["type"] == "step"]

    def without_gaps(self) -> bool:
        """Whether every stored event came, once and in order."""
        seqs = [event.data["seq"] for event in self.events if "seq" in event.data]
        return bool(seqs) and seqs[0] == 1 and all(b == a + 1 for a, b in pairwise(seqs))


def moment(timestamp: str) -> float:
    """Return a timestamp of the wire, a millisecond fine, in seconds since the epoch."""
    return datetime.fromisoformat(timestamp).timestamp()
