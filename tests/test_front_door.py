"""The pipeline under the names of the client's document, used in every way people do."""

import gc
import threading

import pytest

from aqumen.errors import InvalidOrder, ShuttingDown
from aqumen.settings import Settings
from corrected_7step_pipeline import AdversarialPipeline
from fakes.eventually import eventually

OFFLINE = Settings(model_backend="simulator", simulator_speed=0.0)
TOPIC = "SQL transactions and isolation levels"


def simulators() -> int:
    return sum(thread.name == "simulator" for thread in threading.enumerate())


def test_a_drained_stream_and_the_blocking_call_agree() -> None:
    with AdversarialPipeline(OFFLINE) as pipeline:
        *steps, last = pipeline.run_full_pipeline_streaming(TOPIC, max_attempts=3)
        whole = pipeline.run_full_pipeline(TOPIC)

    assert isinstance(last, dict)
    assert last["final_result"].final_success
    assert last["assessment"] is not None
    assert last["final_result"].steps == tuple(steps)
    assert whole.final_success


def test_a_topic_that_cannot_be_run_is_refused_before_anything_is_asked() -> None:
    with AdversarialPipeline(OFFLINE) as pipeline:
        with pytest.raises(InvalidOrder, match=r"^topic must have 3 to 200 characters\.$"):
            pipeline.run_full_pipeline_streaming("x")
        with pytest.raises(InvalidOrder, match=r"^max_attempts must be at most 5\.$"):
            pipeline.run_full_pipeline_streaming(TOPIC, max_attempts=6)


def test_a_stream_left_early_leaves_nothing_behind() -> None:
    before = simulators()
    with AdversarialPipeline(OFFLINE) as pipeline:
        stream = pipeline.run_full_pipeline_streaming(TOPIC)
        next(stream)
        stream.close()

    eventually(lambda: simulators() == before)


def test_a_closed_pipeline_says_so_at_once() -> None:
    pipeline = AdversarialPipeline(OFFLINE)
    pipeline.close()

    with pytest.raises(ShuttingDown):
        pipeline.run_full_pipeline_streaming(TOPIC)


def test_a_pipeline_nobody_keeps_closes_itself() -> None:
    before = simulators()
    AdversarialPipeline(OFFLINE)
    gc.collect()

    eventually(lambda: simulators() == before)
