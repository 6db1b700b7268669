"""Simulated answers take 3 to 8 seconds by length, the same request always the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.simulator.pace import Pace, cut

LENGTHS = st.integers(1, 50_000)
SEEDS = st.text(max_size=20)


@given(SEEDS, LENGTHS)
def test_an_answer_takes_its_time(seed: str, length: int) -> None:
    timing = Pace().timing(seed, length)

    whole = timing.first_seconds + timing.gap_seconds * timing.pieces
    assert 0.4 <= timing.first_seconds <= 1.0
    assert 3 <= whole <= 8.0001
    assert 1 <= timing.pieces <= length
    assert timing.pieces / (whole - timing.first_seconds) <= 30.5
    assert timing == Pace().timing(seed, length)


@given(SEEDS, LENGTHS, st.floats(0.1, 100))
def test_speed_divides_every_time(seed: str, length: int, speed: float) -> None:
    real, fast = Pace().timing(seed, length), Pace(speed).timing(seed, length)

    assert fast.first_seconds == pytest.approx(real.first_seconds / speed)
    assert fast.gap_seconds == pytest.approx(real.gap_seconds / speed)
    assert fast.pieces == real.pieces


@given(SEEDS, LENGTHS)
def test_speed_0_does_not_wait(seed: str, length: int) -> None:
    timing = Pace(0).timing(seed, length, slow=True)

    assert (timing.first_seconds, timing.gap_seconds) == (0, 0)


def test_longer_answers_take_longer() -> None:
    def whole(length: int) -> float:
        timing = Pace().timing("seed", length)
        return timing.first_seconds + timing.gap_seconds * timing.pieces

    assert whole(100) < whole(2000) < whole(6000) == pytest.approx(8.0)


def test_a_slow_first_token_is_ten_seconds_late() -> None:
    real, slow = Pace().timing("seed", 100), Pace().timing("seed", 100, slow=True)

    assert slow.first_seconds == pytest.approx(real.first_seconds + 10)


@given(st.text(max_size=300), st.integers(1, 400))
def test_pieces_are_the_text(text: str, pieces: int) -> None:
    parts = cut(text, pieces)

    assert "".join(parts) == text
    assert all(parts)
    assert len(parts) == min(pieces, len(text))
