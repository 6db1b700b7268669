"""A worker may be killed at any moment: its run goes on whole, and is paid for once."""

from pathlib import Path

from .moments import play

SEED = 1


def test_a_run_whose_worker_is_killed_at_some_moment_goes_on_whole(tmp_path: Path) -> None:
    print(play(tmp_path, {"single-sample": 6, "screened": 3}, SEED))
