"""Runs survive servers that are killed, stopped and paused, and a model service that fails."""

from pathlib import Path

from .story import play
from .world import Dose

SEED = 1


def test_runs_survive_chaos_whole_and_are_paid_for_once(tmp_path: Path) -> None:
    print(f"seed {SEED}: make chaos SEED={SEED} does it again")
    print(play(tmp_path, Dose(SEED, seconds=20.0, runs=30)))
