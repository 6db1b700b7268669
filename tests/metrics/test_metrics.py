"""What a process counts is what its runs' logs say, and no label has more values than are known."""

from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from aqumen.errors import LeaseLost, ModelThrottled
from aqumen.events import Call, Done, Failed, Final, Sample, Step, Usage, now
from aqumen.metrics import Census, Metrics
from aqumen.metrics.instruments import REFUSED
from aqumen.models.ledger import Spent
from aqumen.models.request import Request
from aqumen.store.records import Lease
from aqumen.store.witness import Told
from fakes.eventually import eventually
from fakes.following import begin, events, held_model
from fakes.models import BrokeOff
from fakes.pipelines import FIRST_TIME, REJECTED_AT_2, offline_model
from fakes.sqlite import with_tables
from fakes.witnessed import witnessed

Values = Callable[..., float]


def read(metrics: Metrics) -> Values:
    """Return what reads a value of the exposition, as Prometheus would, by name and labels."""
    families = text_string_to_metric_families(metrics.text().decode())
    samples = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }
    return lambda name, **labels: samples[name, frozenset(labels.items())]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return with_tables(tmp_path / "runs.db")


def test_a_run_is_counted_as_its_log_tells_it(url: str) -> None:
    metrics = Metrics()
    with witnessed(url, metrics) as runs:
        told = events(runs, begin(runs, FIRST_TIME))
    value = read(metrics)
    (final,) = [event for event in told if isinstance(event, Final)]
    (done,) = [event for event in told if isinstance(event, Done)]
    usage = final.metadata.usage

    assert value("aqumen_runs_created_total", kind="full") == 1
    assert value("aqumen_runs_ended_total", outcome="succeeded") == 1
    assert value("aqumen_runs_ended_total", outcome="cancelled") == 0
    assert value("aqumen_run_seconds_sum") == done.total_duration_seconds
    assert value("aqumen_tokens_total", kind="input") == usage.input_tokens
    assert value("aqumen_tokens_total", kind="output") == usage.output_tokens
    assert value("aqumen_dollars_total") == pytest.approx(final.metadata.cost_usd)
    assert value("aqumen_model_calls_total") == final.metadata.model_calls
    for number in range(1, 8):
        steps = [e for e in told if isinstance(e, Step) and e.step_number == number]
        seconds = sum(step.duration_seconds for step in steps)
        assert value("aqumen_step_seconds_count", step=str(number)) == len(steps)
        assert value("aqumen_step_seconds_sum", step=str(number)) == pytest.approx(seconds)


def test_rejected_answers_retries_and_failures_are_told_apart(url: str) -> None:
    model = offline_model()
    model.queue(ModelThrottled(), BrokeOff("half of it", ModelThrottled()), step=1)
    metrics = Metrics()
    with witnessed(url, metrics, model) as runs:
        events(runs, begin(runs, REJECTED_AT_2))
    value = read(metrics)

    assert value("aqumen_retries_total", code="model_throttled") == 2
    assert value("aqumen_answers_total", step="2", accepted="false") >= 1
    assert value("aqumen_answers_total", step="1", accepted="true") == 1


def test_money_of_a_run_that_fails_is_counted_to_its_last_call(url: str) -> None:
    def instead(request: Request) -> BrokeOff | None:
        late = request.metadata["step"] == "3"
        return BrokeOff("half of it", ModelThrottled()) if late else None

    metrics = Metrics()
    with witnessed(url, metrics, offline_model(instead)) as runs:
        failed = events(runs, begin(runs))[-1]
    value = read(metrics)

    assert isinstance(failed, Failed)
    assert failed.cost_estimated
    assert value("aqumen_dollars_total") == pytest.approx(failed.cost_usd)
    assert value("aqumen_model_calls_total") == failed.model_calls
    assert value("aqumen_runs_ended_total", outcome="model_throttled") == 1


def test_two_processes_count_each_its_own_part_of_a_run(url: str) -> None:
    first, second = Metrics(), Metrics()
    held = held_model()
    with witnessed(url, first, held) as runs:
        run_id = begin(runs)
        eventually(lambda: len(held.asked(2)) == 1)
    with witnessed(url, second) as runs:
        told = events(runs, run_id)
    one, two = read(first), read(second)
    (final,) = [event for event in told if isinstance(event, Final)]

    def both(name: str, **labels: str) -> float:
        return one(name, **labels) + two(name, **labels)

    assert both("aqumen_runs_created_total", kind="full") == 1
    assert both("aqumen_runs_ended_total", outcome="succeeded") == 1
    assert both("aqumen_answers_total", step="1", accepted="true") == 1
    assert both("aqumen_model_calls_total") == final.metadata.model_calls
    assert both("aqumen_dollars_total") == pytest.approx(final.metadata.cost_usd)
    assert two("aqumen_leases_taken_over_total") == 1


def test_a_run_that_is_lost_is_counted_once_with_what_it_has_cost(url: str) -> None:
    metrics, held = Metrics(), held_model()
    with witnessed(url, metrics, held) as runs:
        live = runs._live.get(begin(runs))
        assert live is not None
        eventually(lambda: len(held.asked(2)) == 1)

        live.cancel.throw(LeaseLost())  # as whoever renews leases does
        eventually(lambda: read(metrics)("aqumen_leases_lost_total") == 1)

        assert read(metrics)("aqumen_dollars_total") == pytest.approx(live.ledger.spent.cost_usd)


def test_every_judgement_of_a_further_answer_is_counted() -> None:
    call = Call(
        model="a-model",
        label="",
        prompt="",
        response="",
        started_at=now(),
        duration_seconds=2.0,
        first_token_seconds=None,
        usage=Usage(),
        cost_usd=0.0,
        stop_reason="end_turn",
    )
    sample = Sample(
        run_id="a-run",
        attempt=1,
        phase="confirm",
        tier="weak",
        index=1,
        mistake="A mistake",
        outcome="missing",
        readings=(),
        calls=(call, call, call),
    )
    metrics = Metrics()

    metrics(Told(Lease("a-run", 1), [sample], Spent()))

    assert read(metrics)("aqumen_call_seconds_count", step="5") == 1
    assert read(metrics)("aqumen_call_seconds_count", step="6") == 2


def test_what_goes_on_is_shown_as_it_is_at_the_moment() -> None:
    metrics = Metrics()
    now = Census()
    metrics.watch(lambda: now)
    now = Census(runs_queued=2, runs_running=3, tails_open=4, calls_open=5, call_slots=8)

    value = read(metrics)

    assert value("aqumen_runs", state="queued") == 2
    assert value("aqumen_runs", state="running") == 3
    assert value("aqumen_tails_open") == 4
    assert value("aqumen_calls_open") == 5
    assert value("aqumen_call_slots") == 8


def test_connections_that_are_refused_are_counted_by_status() -> None:
    metrics = Metrics()
    for status in (400, 429, 429):
        metrics.refused(status)
    value = read(metrics)

    counted = {each: value("aqumen_connections_refused_total", status=each) for each in REFUSED}
    assert counted == {"400": 1, "408": 0, "413": 0, "429": 2, "431": 0}


def test_every_series_is_there_before_anything_happens_and_none_is_added(url: str) -> None:
    def series(metrics: Metrics) -> set[bytes]:
        lines = metrics.text().splitlines()
        return {line.rpartition(b" ")[0] for line in lines if not line.startswith(b"#")}

    metrics = Metrics()
    before = series(metrics)
    with witnessed(url, metrics) as runs:
        events(runs, begin(runs, "A topic nobody else names"))

    assert series(metrics) == before
    assert b"nobody else" not in metrics.text()
