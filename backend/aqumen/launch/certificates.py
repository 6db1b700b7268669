"""`python -m aqumen certificates`: how many questions were certified, of how many tried."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from aqumen.events import Gate, parse
from aqumen.judging.discovery import FALSE_DISCOVERY_RATE, benjamini_hochberg, p_value
from aqumen.judging.intervals import Z_95, wilson
from aqumen.judging.tally import Tally
from aqumen.store.records import Summary
from aqumen.store.store import Store

from .configured import configured
from .opened import opened


class _Confirmation(NamedTuple):
    run_id: str
    gate: Gate
    p: float


def certificates(since: datetime | None) -> None:
    """Print the share of certified runs with its interval, and which of their questions stand.

    Every confirmation counts, those that failed included; those of simulated models only where
    the settings name them. Raises StoreFailed.
    """
    settings = configured()
    with opened(settings) as store:
        over = map(store.runs.find, store.shelf.ids(since))
        runs = [run for run in over if run.simulated == settings.simulated and _counts(run)]
        made = [each for run in runs for each in _confirmations(store, run)]
    if not runs:
        print("No run of rigor certified has come to a result.")
        return
    certified = sum(run.evidence == "certified" for run in runs)
    share, low, high = wilson(certified, len(runs), Z_95)
    print(
        f"Runs of rigor certified with a result: {len(runs)}. Of these {100 * share:.0f} % made a "
        f"question (95 % interval {100 * low:.0f} to {100 * high:.0f} %)."
    )
    stands = benjamini_hochberg([each.p for each in made], FALSE_DISCOVERY_RATE)
    print(
        f"Confirmations: {len(made)}. Questions that stand among so many, at a false discovery "
        f"rate of {100 * FALSE_DISCOVERY_RATE:.0f} % (Benjamini-Hochberg):"
    )
    for each, stand in zip(made, stands, strict=True):
        if each.gate.passed:
            word = "stands" if stand else "falls"
            print(f"{each.run_id}  {word}  p = {each.p:.2g}  {each.gate.measured.mistake}")


def _counts(run: Summary) -> bool:
    """Return whether a run has tried to certify something itself.

    A rejudgement has not, nor has a fork that only writes its parent's question again.
    """
    tried = run.rigor == "certified" and run.kind != "rejudge" and (run.from_step or 1) <= 6
    return tried and run.status in {"succeeded", "no_question"}


def _confirmations(store: Store, run: Summary) -> Iterator[_Confirmation]:
    """Yield a run's own confirmations; those a fork was told by its parent are the parent's."""
    for data in store.log.of_type(run.run_id, "gate"):
        gate = parse(data)
        if isinstance(gate, Gate) and gate.phase == "confirm" and _is_own(run, gate):
            p = p_value(Tally.told(gate.measured.mid), Tally.told(gate.measured.weak))
            yield _Confirmation(run.run_id, gate, p)


def _is_own(run: Summary, gate: Gate) -> bool:
    if run.from_step is None or run.from_attempt is None:
        return True
    return (gate.attempt, 6) >= (run.from_attempt, run.from_step)
