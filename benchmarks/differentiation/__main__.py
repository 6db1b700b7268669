"""`python -m benchmarks.differentiation`: how often each rigor accepts what it should, or not.

A quarter of an hour at most. Every number is a share of runs in percent, with its 95 % interval
(Wilson).
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from aqumen.judging.intervals import Z_95, wilson

from .pipeline import run_many
from .rule import Simulated, simulate
from .world import CONDITIONS, LEVELS, NULLS, REAL, Level, Pass, World

_SEED = 20261125
_MOST_FALSE, _LEAST_FOUND = 5.0, 95.0
_PROMISED = Pass(0.9, 0.3)

Cell = Callable[[World, Level], Simulated]


def main() -> int:
    """Measure and print; returns 1 if what is promised of `certified` does not hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.differentiation")
    parser.add_argument("--runs", type=int, default=20_000, help="of the rule, in each cell")
    parser.add_argument("--whole-runs", type=int, default=200, help="of the pipeline, in each")
    parser.add_argument("--seconds", type=float, default=30.0, help="of the pipeline, in each")
    parser.add_argument("--only", default="", help="of the rule: conditions with these words")
    parser.add_argument("--level", default="", help="of the rule: columns with these words")
    asked = parser.parse_args()
    levels = [level for level in LEVELS if asked.level in level.name]
    began = time.monotonic()
    print(_ABOUT)
    kept = [
        _show(f"The rule, {asked.runs} runs a cell: {name}", _worlds(*accuracy), levels, cell)
        for name, accuracy in CONDITIONS.items()
        if asked.only in name
        for cell in [partial(simulate, runs=asked.runs, seed=_SEED)]
    ]
    if asked.whole_runs:
        with ProcessPoolExecutor(2) as pool:
            whole = partial(run_many, runs=asked.whole_runs, seconds=asked.seconds, pool=pool)
            title = f"Whole runs of the pipeline, {asked.whole_runs} a cell at most: {_PERFECT}"
            _show(title, _worlds(*CONDITIONS[_PERFECT]), LEVELS[::2], whole)
    print(f"\nMeasured in {time.monotonic() - began:.0f} s, seed {_SEED}.")
    return 0 if asked.only or asked.level or kept[0] else 1


_PERFECT = next(iter(CONDITIONS))
_ABOUT = """# What each rigor accepts and finds

Six mistakes, independent answers. Where both models avoid all of them equally often, a question is
a false one, and the share is that of runs with a question. Where the first mistake separates the
models (and both avoid the other five as often as the mid-tier model avoids the first), the share is
that of runs whose question names it. Beside each: model calls and dollars of a run, on average, at
the typical lengths of the offline content and the default models' prices. The rule counts answers
one by one; of two judges both have to say the same, and a second one is priced like the first.
Whole runs take eight at once, and judge those on their way when a confirmation ends."""


def _worlds(sensitivity: float, specificity: float, missing: float, judges: int) -> list[World]:
    return [World(rates, sensitivity, specificity, missing, judges) for rates in (*NULLS, *REAL)]


def _show(title: str, worlds: Sequence[World], levels: Sequence[Level], cell: Cell) -> bool:
    """Measure and print a table, a row as soon as it is there; return whether promises hold."""
    print(f"\n## {title}\n")
    print("| p_mid, p_weak |", " | ".join(level.name for level in levels), "|")
    print("| --- |", " | ".join("---" for _ in levels), "|", flush=True)
    kept = True
    for world in worlds:
        measured = [cell(world, level) for level in levels]
        print(f"| {_row(world)} |", " | ".join(_cells(world, measured)), "|", flush=True)
        kept = kept and all(_keeps(world, *each) for each in zip(levels, measured, strict=True))
    return kept


def _row(world: World) -> str:
    what = "found" if world.rates.separates else "false"
    return f"{world.rates.mid:g}, {world.rates.weak:g}: {what}"


def _cells(world: World, measured: Sequence[Simulated]) -> Iterator[str]:
    for each in measured:
        if not each.runs:
            yield "no time"
            continue
        share, low, high = _share(world, each)
        calls, dollars = each.price
        yield f"{share:.1f} ({low:.1f}-{high:.1f}); {calls:.0f} calls, ${dollars:.2f}"


def _share(world: World, measured: Simulated) -> tuple[float, float, float]:
    count = measured.found if world.rates.separates else measured.accepted
    share, low, high = wilson(count, measured.runs, Z_95)
    return 100 * share, 100 * low, 100 * high


def _keeps(world: World, level: Level, measured: Simulated) -> bool:
    """Return whether a cell is what is promised of `certified`, where something is."""
    if level.rigor != "certified":
        return True
    share = _share(world, measured)[0]
    if not world.rates.separates:
        return share <= _MOST_FALSE
    return level.attempts != 3 or world.rates != _PROMISED or share >= _LEAST_FOUND


if __name__ == "__main__":
    sys.exit(main())
