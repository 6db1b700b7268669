"""Answers are streamed at their pace, many at once."""

import time
from concurrent.futures import ThreadPoolExecutor

from aqumen.models.cancel import Cancel
from aqumen.models.request import Request
from fakes.bedrock import OPUS, both_ends
from fakes.minds import TEXT
from fakes.onlookers import Heard


def test_an_answer_is_streamed_at_its_pace() -> None:
    with both_ends(speed=10) as ends:
        watched = Request(OPUS, "Hi", onlooker=Heard())
        began = time.monotonic()
        times = [
            time.monotonic() - began for piece in ends.bedrock.stream(watched, Cancel()) if piece
        ]

    assert times[0] >= 0.03
    assert times[-1] >= 0.25
    # What comes while this process waits for its turn is read at one go.
    assert len(times) > 3


def test_a_slow_first_token_comes_late() -> None:
    with both_ends(speed=20) as ends:
        ends.simulator.faults.script("slow_first_token")
        began = time.monotonic()
        next(ends.bedrock.stream(Request(OPUS, "Hi"), Cancel()))

    assert time.monotonic() - began >= 0.5


def test_fifty_streams_run_at_once() -> None:
    with both_ends(speed=5) as ends, ThreadPoolExecutor(50) as pool:
        began = time.monotonic()
        ask = lambda n: "".join(ends.bedrock.stream(Request(OPUS, f"Hi {n}"), Cancel()))  # noqa: E731
        answers = list(pool.map(ask, range(50)))

        assert answers == [TEXT] * 50
        assert time.monotonic() - began < 10
        assert ends.simulator.calls.answered == 50
