"""A run is one trace: its steps under it, their model calls under them, whichever thread asked."""

from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode

from aqumen.errors import LeaseLost, ModelThrottled
from aqumen.events import Final, Sample, Step
from aqumen.tracing import Tracing
from fakes.eventually import eventually
from fakes.following import begin, events, held_model
from fakes.pipelines import FIRST_TIME, REJECTED_AT_7, offline_model
from fakes.sqlite import with_tables
from fakes.witnessed import witnessed


class Traced:
    """What a tracing of its own has exported."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracing = Tracing(self.provider)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    def named(self, beginning: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name.startswith(beginning)]

    def run(self) -> ReadableSpan:
        (run,) = self.named("run")
        return run

    def under(self, parent: ReadableSpan) -> list[ReadableSpan]:
        return [
            span
            for span in self.spans
            if span.parent is not None and span.parent.span_id == id_of(parent)
        ]


def id_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


def said(span: ReadableSpan, name: str) -> object:
    return (span.attributes or {}).get(name)


@pytest.fixture
def traced() -> Traced:
    return Traced()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return with_tables(tmp_path / "runs.db")


def test_steps_are_under_their_run_and_calls_under_their_step(traced: Traced, url: str) -> None:
    with witnessed(url, traced.tracing) as runs:
        run_id = begin(runs, FIRST_TIME)
        told = [event for event in events(runs, run_id) if isinstance(event, Step)]
    run = traced.run()
    steps = traced.under(run)

    assert run.parent is None
    assert said(run, "aqumen.run.id") == run_id
    assert run.status.status_code is StatusCode.OK
    assert sorted(step.name for step in steps) == [f"step {number}" for number in range(1, 8)]
    for step in told:
        (span,) = [each for each in steps if said(each, "aqumen.step.number") == step.step_number]
        calls = traced.under(span)
        assert [call.name for call in calls] == [f"chat {call.model}" for call in step.calls]
        assert all(call.kind is SpanKind.CLIENT for call in calls)
        assert all((call.start_time or 0) >= (run.start_time or 0) - 2_000_000 for call in calls)
    assert len(traced.spans) == 1 + len(steps) + sum(len(step.calls) for step in told)
    assert len({span.context.trace_id for span in traced.spans if span.context}) == 1


def test_a_call_says_its_model_and_tokens_in_the_conventions_words(
    traced: Traced, url: str
) -> None:
    with witnessed(url, traced.tracing) as runs:
        told = events(runs, begin(runs, FIRST_TIME))
    (step,) = [event for event in told if isinstance(event, Step) and event.step_number == 1]
    (final,) = [event for event in told if isinstance(event, Final)]
    (span,) = traced.under(traced.named("step 1")[0])

    assert said(span, "gen_ai.operation.name") == "chat"
    assert said(span, "gen_ai.provider.name") == "aws.bedrock"
    assert said(span, "gen_ai.request.model") == step.calls[0].model
    assert said(span, "gen_ai.usage.input_tokens") == step.usage.input_tokens
    assert said(span, "gen_ai.usage.output_tokens") == step.usage.output_tokens
    assert said(span, "gen_ai.response.finish_reasons") == (step.calls[0].stop_reason,)
    assert said(traced.run(), "aqumen.run.cost_usd") == final.metadata.cost_usd


def test_no_span_holds_a_topic_a_prompt_or_an_answer(traced: Traced, url: str) -> None:
    with witnessed(url, traced.tracing) as runs:
        told = events(runs, begin(runs, FIRST_TIME))
    texts = [call.response for event in told if isinstance(event, Step) for call in event.calls]

    everything = " ".join(span.to_json() for span in traced.spans)

    assert FIRST_TIME not in everything
    assert not [text for text in texts if text[:40] in everything]


def test_a_rejected_step_is_one_span_with_every_answers_call(traced: Traced, url: str) -> None:
    with witnessed(url, traced.tracing) as runs:
        told = events(runs, begin(runs, REJECTED_AT_7))
    answers = [event for event in told if isinstance(event, Step) and event.step_number == 7]
    (span,) = traced.named("step 7")

    assert len(answers) > 1
    assert len(traced.under(span)) == len(answers)
    assert said(span, "aqumen.step.success") is answers[-1].success
    failed = span.status.status_code is StatusCode.ERROR
    assert failed is not answers[-1].success


def test_a_retry_is_an_event_of_its_step_and_a_failure_ends_all_that_is_open(
    traced: Traced, url: str
) -> None:
    model = offline_model(
        lambda request: ModelThrottled() if request.metadata["step"] == "2" else None
    )
    with witnessed(url, traced.tracing, model) as runs:
        events(runs, begin(runs))
    (step,) = traced.named("step 2")
    run = traced.run()

    assert step.events
    assert {event.name for event in step.events} == {"retry"}
    assert step.status.status_code is StatusCode.ERROR
    assert run.status.status_code is StatusCode.ERROR
    assert run.status.description == "model_throttled"
    assert said(run, "error.type") == "model_throttled"


def test_further_answers_are_spans_with_two_calls_each(traced: Traced, url: str) -> None:
    with witnessed(url, traced.tracing) as runs:
        told = events(runs, begin(runs, FIRST_TIME, rigor="screened"))
    samples = [event for event in told if isinstance(event, Sample) and event.calls]
    spans = traced.named("sample")

    assert samples
    assert len(spans) == len(samples)
    assert {len(traced.under(span)) for span in spans} == {2}


def test_who_goes_on_with_a_run_begins_a_trace_with_the_same_runs_id(url: str) -> None:
    first, second = Traced(), Traced()
    held = held_model()
    with witnessed(url, first.tracing, held) as runs:
        run_id = begin(runs)
        eventually(lambda: len(held.asked(2)) == 1)
    first.tracing.close()
    with witnessed(url, second.tracing) as runs:
        events(runs, run_id)

    left, gone_on = first.run(), second.run()
    assert said(left, "aqumen.run.id") == said(gone_on, "aqumen.run.id") == run_id
    assert left.status.description == "restarting"
    assert gone_on.status.status_code is StatusCode.OK
    assert [span.name for span in second.under(gone_on)].count("step 1") == 0
    assert second.named("step 2")


def test_a_run_whose_events_cannot_be_traced_does_not_stay_open(
    traced: Traced, url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a broken exporter")

    monkeypatch.setattr("aqumen.tracing.spans.RunSpans.tell", broken)
    with witnessed(url, traced.tracing) as runs:
        events(runs, begin(runs, FIRST_TIME))

    assert not traced.tracing._open
    assert "could not be traced" in caplog.text


def test_what_is_not_recorded_leaves_nothing_behind(url: str) -> None:
    off = Tracing(TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False))
    without_sdk = Tracing()
    for tracing in (off, without_sdk):
        with witnessed(url, tracing) as runs:
            events(runs, begin(runs))
        assert not tracing._open


def test_a_run_its_worker_hears_is_another_ones_is_traced_no_more(traced: Traced, url: str) -> None:
    held = held_model()
    with witnessed(url, traced.tracing, held) as runs:
        live = runs._live.get(begin(runs))
        assert live is not None
        eventually(lambda: len(held.asked(2)) == 1)

        live.cancel.throw(LeaseLost())  # as whoever renews leases does
        eventually(lambda: not traced.tracing._open)

    assert traced.run().status.description == "lease_lost"
