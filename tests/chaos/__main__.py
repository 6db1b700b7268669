"""`make chaos SEED=7 SECONDS=300`: workers killed at every moment of a run, then bouts of chaos.

A bout takes half a minute, and has a seed of its own.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from . import moments
from .story import play
from .world import Dose

_BOUT_SECONDS = 30.0


def main() -> None:
    """Play bouts until the time is up; a failure ends it, with the seed that led to it."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="of the first bout; the next have the next ones")
    parser.add_argument("--seconds", type=float, default=300.0, help="when no more are begun")
    parser.add_argument("--runs", type=int, default=45, help="in each bout")
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument(
        "--database-url", help="a database in use, too; SQLite in a new folder if not given"
    )
    asked = parser.parse_args()
    seed = random.randrange(1_000_000) if asked.seed is None else asked.seed
    with tempfile.TemporaryDirectory() as folder:
        moments.main(Path(folder), seed)
    end = time.monotonic() + asked.seconds
    while time.monotonic() < end:
        print(f"seed {seed} ... ", end="", flush=True)
        dose = Dose(seed, _BOUT_SECONDS, asked.runs, asked.servers)
        with tempfile.TemporaryDirectory() as folder:
            print(play(Path(folder), dose, asked.database_url), flush=True)
        seed += 1


if __name__ == "__main__":
    main()
