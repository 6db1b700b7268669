"""What goes on in a process at one moment, read when it is asked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True)
class Census:
    """How much of what is going on, and how much of it there may be."""

    runs_queued: int = 0
    runs_running: int = 0
    run_slots: int = 0
    queue_slots: int = 0
    tails_open: int = 0
    calls_open: int = 0
    calls_waiting: int = 0
    call_slots: int = 0


_GAUGES = {
    "run_slots": "Runs that may go on at once in this process.",
    "queue_slots": "Runs that may wait in this process.",
    "tails_open": "Open event streams.",
    "calls_open": "Model calls that are open.",
    "calls_waiting": "Model calls that wait for a slot.",
    "call_slots": "Model calls that may be open at once in this process.",
}


class Gauges(Collector):
    """Shows a census as gauges."""

    def __init__(self, take: Callable[[], Census]) -> None:
        self._take = take

    def describe(self) -> Iterator[Metric]:
        """Yield what there will be, so that registering it takes no census."""
        yield from _shown(Census())

    def collect(self) -> Iterator[Metric]:
        """Yield what there is now."""
        yield from _shown(self._take())


def _shown(census: Census) -> Iterator[Metric]:
    runs = GaugeMetricFamily("aqumen_runs", "Runs this process holds.", labels=["state"])
    runs.add_metric(["queued"], census.runs_queued)
    runs.add_metric(["running"], census.runs_running)
    yield runs
    for name, text in _GAUGES.items():
        yield GaugeMetricFamily(f"aqumen_{name}", text, value=getattr(census, name))
