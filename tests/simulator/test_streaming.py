"""Answers are streamed at their pace, many at once."""

import time
from concurrent.futures import ThreadPoolExecutor

from aqumen.events import Place
from aqumen.models.cancel import Cancel
from aqumen.models.ear import Ear
from aqumen.models.onlooker import Nobody
from aqumen.models.request import Request
from fakes.bedrock import OPUS, both_ends
from fakes.minds import TEXT


class _Watch(Nobody):
    """Notes when each piece came, after how many seconds."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self._began = time.monotonic()

    def watched(self) -> bool:
        return True

    def wrote(self, place: Place, text: str) -> None:  # noqa: ARG002
        self.times.append(time.monotonic() - self._began)


def test_an_answer_is_streamed_at_its_pace() -> None:
    with both_ends(speed=10) as ends:
        watch = _Watch()
        ends.bedrock.answer(Request(OPUS, "Hi", ear=Ear(onlooker=watch)), Cancel())

    assert watch.times[0] >= 0.03
    assert watch.times[-1] >= 0.25
    # What comes while this process waits for its turn is read at one go.
    assert len(watch.times) > 3


def test_a_slow_first_token_comes_late() -> None:
    with both_ends(speed=20) as ends:
        ends.simulator.faults.script("slow_first_token")
        reply = ends.bedrock.answer(Request(OPUS, "Hi"), Cancel())

    assert reply.first_token_seconds is not None
    assert reply.first_token_seconds >= 0.5


def test_fifty_streams_run_at_once() -> None:
    with both_ends(speed=5) as ends, ThreadPoolExecutor(50) as pool:
        began = time.monotonic()
        ask = lambda n: ends.bedrock.answer(Request(OPUS, f"Hi {n}"), Cancel()).text  # noqa: E731
        answers = list(pool.map(ask, range(50)))

        assert answers == [TEXT] * 50
        assert time.monotonic() - began < 10
        assert ends.simulator.calls.answered == 50
