import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from aqumen.judging.blinding import shuffled


@given(st.lists(st.integers()), st.text())
def test_nothing_is_lost_and_nothing_is_added(items: list[int], seed: str) -> None:
    assert sorted(shuffled(items, seed)) == sorted(items)


@given(st.text())
def test_the_same_seed_gives_the_same_order(seed: str) -> None:
    assert shuffled(range(6), seed) == shuffled(range(6), seed)


def test_other_processes_give_the_same_order() -> None:
    program = (
        "from aqumen.judging.blinding import shuffled; print(shuffled('abcdef', 'run 1 weak'))"
    )

    orders = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert orders == {str(shuffled("abcdef", "run 1 weak"))}


def test_every_place_is_taken_by_every_item_about_as_often() -> None:
    orders = [shuffled(range(6), f"run {number}") for number in range(1200)]

    counts = [
        sum(order[place] == item for order in orders) for place in range(6) for item in range(6)
    ]

    assert min(counts) > 140
    assert max(counts) < 260
