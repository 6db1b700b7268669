"""The counters and histograms, each with its closed set of labels."""

from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from aqumen.errors import Code
from aqumen.events import DESCRIPTIONS, Kind

_STEPS = [str(number) for number in DESCRIPTIONS]
_SECONDS = (0.25, 0.5, 1, 2, 4, 8, 12, 20, 30, 60, 120, 300)
_RUN_SECONDS = (5, 10, 20, 30, 45, 60, 90, 120, 300, 600, 1800)

OUTCOMES = ("succeeded", "no_question", *get_args(Code))
"""How a run ends: with a result, or with an error's code."""
TOKENS = ("input", "output", "cache_read", "cache_write")

REFUSED = ("400", "408", "413", "429", "431")
"""How a connection is refused, by the status that says why."""


class Instruments:
    """Everything that is counted, in one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        # When a series began says nothing: they all begin with the process.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry
        self.runs_created = self._counter(
            "runs_created", "Runs made by this process.", kind=get_args(Kind)
        )
        self.runs_ended = self._counter(
            "runs_ended", "Runs ended by this process, by outcome.", outcome=OUTCOMES
        )
        self.run_seconds = Histogram(
            "aqumen_run_seconds",
            "Seconds from the first step to the result.",
            buckets=_RUN_SECONDS,
            registry=registry,
        )
        self.step_seconds = self._by_step("step_seconds", "Seconds an answer of a step took.")
        self.call_seconds = self._by_step("call_seconds", "Seconds an answered model call took.")
        self.first_token_seconds = self._by_step(
            "first_token_seconds", "Seconds to the first piece of a model's answer."
        )
        self.answers = self._counter(
            "answers", "Answers of steps.", step=_STEPS, accepted=("true", "false")
        )
        self.samples = self._counter(
            "samples", "Further answers judged by the higher rigor levels.", tier=("mid", "weak")
        )
        self.retries = self._counter(
            "retries", "Model calls that failed and were tried again.", code=get_args(Code)
        )
        self.tokens = self._counter("tokens", "Tokens paid for, by price.", kind=TOKENS)
        self.dollars = self._counter("dollars", "USD charged, estimates included.")
        self.model_calls = self._counter("model_calls", "Model calls charged.")
        self.leases_taken_over = self._counter(
            "leases_taken_over", "Runs taken over from workers that were not heard of."
        )
        self.leases_lost = self._counter(
            "leases_lost", "Runs this process lost: to another worker, or for want of a store."
        )
        self.connections_refused = self._counter(
            "connections_refused",
            "Connections broken off by the server for what came on them, or did not, by status.",
            status=REFUSED,
        )

    def _counter(self, name: str, text: str, **labels: tuple[str, ...] | list[str]) -> Counter:
        counter = Counter(f"aqumen_{name}", text, list(labels), registry=self._registry)
        # All series are there from the start: a rate over one that appears misses its first count.
        for values in _every(list(labels.values())):
            counter.labels(*values)
        return counter

    def _by_step(self, name: str, text: str) -> Histogram:
        histogram = Histogram(
            f"aqumen_{name}", text, ["step"], buckets=_SECONDS, registry=self._registry
        )
        for step in _STEPS:
            histogram.labels(step)
        return histogram


def _every(choices: list[tuple[str, ...] | list[str]]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for values in choices:
        found = [(*before, value) for before in found for value in values]
    return [each for each in found if each]
