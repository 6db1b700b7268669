"""The spans of one run, as one worker drives it."""

import time
from collections.abc import Iterable
from datetime import datetime
from functools import singledispatchmethod

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer

from aqumen.events import Call, Done, Event, Failed, Final, Retry, Sample, Step, StepStarted
from aqumen.pipeline.asking import ANSWERS

from .attributes import of_begun, of_call, of_end, of_failure, of_retry, of_sample, of_step


class RunSpans:
    """A run's span, and under it those of its steps, which have those of their calls."""

    def __init__(self, tracer: Tracer, span: Span) -> None:
        self._tracer = tracer
        self._span = span
        self._context = trace.set_span_in_context(span, Context())
        self._steps: dict[tuple[int, int], Span] = {}
        """Those that have no accepted answer yet, by number and attempt."""

    def end(self, status: Status) -> None:
        """End what is open: nothing more will be told."""
        for step in self._steps.values():
            _give_up(step, time.time_ns())
        self._span.set_status(status)
        self._span.end()

    @singledispatchmethod
    def tell(self, event: Event) -> None:
        """Trace what an event tells of; what takes no time is passed over."""

    @tell.register
    def _(self, started: StepStarted) -> None:
        place = (started.step_number, started.attempt)
        self._steps[place] = self._step(started)

    @tell.register
    def _(self, step: Step) -> None:
        if step.reused_from is not None:
            return
        place, at = (step.step_number, step.attempt), _nanoseconds(step.timestamp)
        span = self._steps.pop(place, None) or self._step(step)
        span.set_attributes(of_step(step))
        self._calls(span, step.calls)
        if step.success:
            span.end(at)
        elif step.answer < ANSWERS:
            self._steps[place] = span
        else:
            _give_up(span, at)

    @tell.register
    def _(self, sample: Sample) -> None:
        if sample.reused_from is not None or not sample.calls:
            return
        start = _nanoseconds(min(call.started_at for call in sample.calls))
        said = of_sample(sample)
        span = self._tracer.start_span("sample", self._context, attributes=said, start_time=start)
        self._calls(span, sample.calls)
        span.end(_nanoseconds(sample.timestamp))

    @tell.register
    def _(self, retry: Retry) -> None:
        around = self._steps.get((retry.step_number, retry.attempt), self._span)
        around.add_event("retry", of_retry(retry))

    @tell.register
    def _(self, final: Final) -> None:
        self._span.set_attributes(of_end(final))

    @tell.register
    def _(self, failed: Failed) -> None:
        self._span.set_attributes(of_failure(failed))
        self.end(Status(StatusCode.ERROR, failed.code))

    @tell.register
    def _(self, _done: Done) -> None:
        self.end(Status(StatusCode.OK))

    def _step(self, event: StepStarted | Step) -> Span:
        return self._tracer.start_span(
            f"step {event.step_number}",
            self._context,
            attributes=of_begun(event),
            start_time=began(event),
        )

    def _calls(self, parent: Span, calls: Iterable[Call]) -> None:
        context = trace.set_span_in_context(parent, Context())
        for call in calls:
            start = _nanoseconds(call.started_at)
            span = self._tracer.start_span(
                f"chat {call.model}", context, SpanKind.CLIENT, of_call(call), start_time=start
            )
            span.end(start + int(call.duration_seconds * 1e9))


def began(event: Event) -> int:
    """Return when what an event tells of began, in nanoseconds since the epoch."""
    seconds = event.duration_seconds if isinstance(event, Step) else 0.0
    return _nanoseconds(event.timestamp) - int(seconds * 1e9)


def _give_up(step: Span, at: int) -> None:
    """End a step that has no accepted answer."""
    step.set_status(Status(StatusCode.ERROR))
    step.end(at)


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1e9)
