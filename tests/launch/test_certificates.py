"""`python -m aqumen certificates`, on runs of the real pipeline."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aqumen.__main__ import main
from aqumen.store.store import Store
from fakes.certified import certified
from fakes.sampling import Choose, confirming
from fakes.sqlite import with_tables

Output = pytest.CaptureFixture[str]
IDS = [f"01M87XW3AM339R5T2RE280000{n}" for n in range(1, 5)]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    url = with_tables(tmp_path / "runs.db")
    monkeypatch.setenv("AQUMEN_DATABASE_URL", url)
    monkeypatch.setenv("AQUMEN_MODEL_BACKEND", "simulator")
    kept = Store(url)
    kept.open()
    yield kept
    kept.close()


def put(store: Store, run_id: str, choose: Choose, **more: Any) -> None:
    assert store.shelf.put(certified(run_id, choose, **more))


@pytest.mark.usefixtures("store")
def test_without_certified_runs_there_is_nothing_to_say(capsys: Output) -> None:
    assert main(["certificates"]) == 0

    assert capsys.readouterr().out.startswith("No run of rigor certified")


def test_every_confirmation_counts_and_a_weak_one_may_fall(store: Store, capsys: Output) -> None:
    put(store, IDS[0], confirming())
    put(store, IDS[1], confirming(mid_fails=2, weak_avoids=6))
    put(store, IDS[2], confirming(weak_avoids=12))
    put(store, IDS[3], confirming(mid_fails=12))

    assert main(["certificates"]) == 0

    first, second, *questions = capsys.readouterr().out.splitlines()
    assert "with a result: 4. Of these 50 % made a question" in first
    assert "(95 % interval 15 to 85 %)" in first  # as scipy's binomtest says by Wilson
    assert second.startswith("Confirmations: 4.")
    assert [line.split()[:2] for line in questions] == [[IDS[0], "stands"], [IDS[1], "falls"]]


def test_what_a_fork_was_told_counts_as_its_parents_alone(store: Store, capsys: Output) -> None:
    put(store, IDS[0], confirming())
    put(store, IDS[1], confirming(), kind="fork", parent=IDS[0], from_step=7, from_attempt=1)

    main(["certificates"])

    first, second, *_ = capsys.readouterr().out.splitlines()
    assert "with a result: 1. Of these 100 % made a question" in first
    assert second.startswith("Confirmations: 1.")


def test_a_fork_that_tries_again_counts_with_what_it_has_tried(
    store: Store, capsys: Output
) -> None:
    put(store, IDS[0], confirming(weak_avoids=12))
    put(store, IDS[1], confirming(), kind="fork", parent=IDS[0], from_step=3, from_attempt=1)

    main(["certificates"])

    first, second, *_ = capsys.readouterr().out.splitlines()
    assert "with a result: 2. Of these 50 % made a question" in first
    assert second.startswith("Confirmations: 2.")
