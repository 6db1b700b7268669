"""Counts what the store says happened, and shows it in Prometheus's words."""

from collections.abc import Callable
from functools import singledispatchmethod

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Info,
    ProcessCollector,
    generate_latest,
)

from aqumen import __version__
from aqumen.events import Call, Done, Event, Failed, Final, Retry, Sample, Step
from aqumen.models.ledger import Spent
from aqumen.pipeline.sampling import numbered_calls
from aqumen.store.witness import Created, Lost, News, TakenOver, Told

from .census import Census, Gauges
from .instruments import Instruments


class Metrics:
    """A witness that counts. No label holds a topic, an id or anything else that has no end."""

    media_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._all = Instruments(self._registry)
        ProcessCollector(registry=self._registry)
        build = Info("aqumen_build", "Which release this is.", registry=self._registry)
        build.info({"version": __version__})

    def watch(self, take: Callable[[], Census]) -> None:
        """Show what goes on at each moment, too; to be said once."""
        self._registry.register(Gauges(take))

    def text(self) -> bytes:
        """Return everything in the text format, within some milliseconds."""
        return generate_latest(self._registry)

    def refused(self, status: int) -> None:
        """Count a connection that was refused for what came on it, or did not."""
        self._all.connections_refused.labels(str(status)).inc()

    def __call__(self, news: News) -> None:
        """Count what has just been stored."""
        match news:
            case Told(events=events, charged=charged):
                for event in events:
                    self._count(event)
                self._charge(charged)
            case Created(start=start):
                self._all.runs_created.labels(start.kind).inc()
            case TakenOver():
                self._all.leases_taken_over.inc()
            case Lost(charged=charged):
                self._all.leases_lost.inc()
                self._charge(charged)

    def _charge(self, charged: Spent) -> None:
        if not charged.model_calls:
            return
        usage, tokens = charged.usage, self._all.tokens
        tokens.labels("input").inc(usage.input_tokens)
        tokens.labels("output").inc(usage.output_tokens)
        tokens.labels("cache_read").inc(usage.cache_read_tokens)
        tokens.labels("cache_write").inc(usage.cache_write_tokens)
        self._all.dollars.inc(charged.cost_usd)
        self._all.model_calls.inc(charged.model_calls)

    @singledispatchmethod
    def _count(self, event: Event) -> None:
        """Pass over what says nothing that is counted."""

    @_count.register
    def _(self, step: Step) -> None:
        if step.reused_from is not None:
            return
        number = str(step.step_number)
        self._all.step_seconds.labels(number).observe(step.duration_seconds)
        self._all.answers.labels(number, str(step.success).lower()).inc()
        for call in step.calls:
            self._call(number, call)

    @_count.register
    def _(self, sample: Sample) -> None:
        if sample.reused_from is not None or not sample.calls:
            return
        self._all.samples.labels(sample.tier).inc()
        for number, call in numbered_calls(sample):
            self._call(str(number), call)

    def _call(self, number: str, call: Call) -> None:
        self._all.call_seconds.labels(number).observe(call.duration_seconds)
        if call.first_token_seconds is not None:
            self._all.first_token_seconds.labels(number).observe(call.first_token_seconds)

    @_count.register
    def _(self, retry: Retry) -> None:
        self._all.retries.labels(retry.code).inc()

    @_count.register
    def _(self, final: Final) -> None:
        self._all.runs_ended.labels("succeeded" if final.success else "no_question").inc()

    @_count.register
    def _(self, failed: Failed) -> None:
        self._all.runs_ended.labels(failed.code).inc()

    @_count.register
    def _(self, done: Done) -> None:
        self._all.run_seconds.observe(done.total_duration_seconds)
