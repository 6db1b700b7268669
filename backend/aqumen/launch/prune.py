"""`python -m aqumen prune`: delete the runs that are no longer kept."""

import time
from datetime import UTC, datetime

from aqumen.store.retention import Keep, Old

from .configured import configured
from .failure import LaunchFailed
from .opened import opened

_PAUSE_SECONDS = 0.1
_SHOWN = 60
"""Characters of a topic."""


def prune(days: float | None, newest: int | None, *, dry_run: bool) -> None:
    """Delete what is too old or too much, as said here or by the settings; print how much.

    With `dry_run`, print the runs and delete nothing. Raises LaunchFailed if there is no limit,
    or StoreFailed.
    """
    settings = configured()
    if days is None and newest is None:
        days, newest = settings.retention_days, settings.retention_runs
    keep = Keep.of(days, newest)
    if keep.everything:
        raise LaunchFailed(
            "Say --older-than or --keep, or set AQUMEN_RETENTION_DAYS or AQUMEN_RETENTION_RUNS."
        )
    with opened(settings) as store:
        if dry_run:
            old = store.retention.old(keep)
            for run in old:
                print(_line(run))
            print(f"{_counted(len(old))} would be deleted.")
            return
        gone = 0
        while batch := store.retention.prune(keep):
            gone += batch
            # SQLite gives the next turn to whoever asks first: a server writes in between.
            time.sleep(_PAUSE_SECONDS)
        while store.retention.tidy():
            time.sleep(_PAUSE_SECONDS)
        print(f"{_counted(gone)} deleted.")


def _counted(runs: int) -> str:
    return f"{runs} run{'' if runs == 1 else 's'}"


def _line(run: Old) -> str:
    ended = datetime.fromtimestamp(run.ended_at, UTC)
    topic = run.topic if len(run.topic) <= _SHOWN else f"{run.topic[: _SHOWN - 3]}..."
    return f"{run.run_id}  {ended:%Y-%m-%d %H:%M}  {run.status:11}  {topic}"
