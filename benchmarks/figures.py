"""What a column of a table says of many runs: the same figure is reckoned alike in all tables."""

from collections.abc import Sequence

from .runs import Told
from .table import milliseconds, percentile


def whole_seconds(runs: Sequence[Told], share: float) -> float | None:
    """Return how long so large a share of the runs took at most."""
    return percentile([run.seconds for run in runs], share)


def over_path(runs: Sequence[Told], paths: Sequence[float]) -> float | None:
    """Return the 95th percentile of a run's time over the critical path of its model calls."""
    shares = [run.seconds / path for run, path in zip(runs, paths, strict=True)]
    return percentile(shares, 0.95)


def first_ms(runs: Sequence[Told], share: float) -> float | None:
    """Return after how many milliseconds so large a share had their first event."""
    return milliseconds(percentile([run.first_event_seconds for run in runs], share))


def ms(seconds: Sequence[float], share: float) -> float | None:
    """Return a percentile of seconds, in milliseconds."""
    return milliseconds(percentile(seconds, share))
