"""Tables about runs at once."""

from collections.abc import Sequence
from functools import partial

from .figures import first_ms, ms, over_path, whole_seconds
from .herd import Herd
from .table import Row, percentile, row_of, show

_TIMESTAMPS = (
    "Event delay: from the event's timestamp, which the log sets before it commits and cuts to "
    "the millisecond, to the client; so up to 1 ms of each figure is the timestamp's. Delta delay: "
    "from when the offline Bedrock was to write a delta's last character; the server sends "
    "deltas at most every 30 ms. Critical path: as the offline Bedrock saw the calls, from the "
    "request to the last of the answer."
)


def show_one_run(herd: Herd) -> None:
    """Print one run's time against that of its model calls."""
    for run, path in zip(herd.told, herd.paths, strict=True):
        rows = [
            Row("whole run, s", [run.seconds], 3),
            Row("critical path of its model calls, s", [path], 3),
            Row("ratio", [run.seconds / path], 4, target=1.02),
        ]
        show("One run against its model calls", ["measured"], rows)


def show_herds(herds: Sequence[Herd]) -> None:
    """Print a column for each herd."""
    alone = percentile([run.seconds for run in herds[0].told], 0.5)

    def ratio(herd: Herd) -> float | None:
        slowest = whole_seconds(herd.told, 0.95)
        return slowest / alone if slowest and alone else None

    row = partial(row_of, herds)
    rows = [
        row("runs not done", lambda herd: herd.started - len(herd.told), 0, target=0),
        row("whole run p50, s", lambda herd: whole_seconds(herd.told, 0.5), 2),
        row("whole run p95, s", lambda herd: whole_seconds(herd.told, 0.95), 2),
        row("p95 / one alone", ratio, 3, target=1.10),
        row("p95 / critical path", lambda herd: over_path(herd.told, herd.paths), 3),
        row("first event p50, ms", lambda herd: first_ms(herd.told, 0.5)),
        row("first event p99, ms", lambda herd: first_ms(herd.told, 0.99)),
        row("event delay p50, ms", lambda herd: _delay(herd, 0.5)),
        row("event delay p99, ms", lambda herd: _delay(herd, 0.99)),
        row("delta delay p50, ms", lambda herd: ms(herd.delta_seconds, 0.5)),
        row("delta delay p99, ms", lambda herd: ms(herd.delta_seconds, 0.99)),
        row("/health p50, ms", lambda herd: ms(herd.health_seconds, 0.5)),
        row("/health p99, ms", lambda herd: ms(herd.health_seconds, 0.99), target=100),
        row("server CPU a run, ms", lambda herd: herd.usage.cpu_ms(herd.started), 0),
        row("server RSS, MB", lambda herd: herd.usage.rss_mb, 0, target=250),
        row("server RSS a run, KB", _rss_of_a_run, 0),
        row("server threads", lambda herd: herd.usage.threads_most, 0),
        row("database a run, KB", lambda herd: herd.database_bytes / herd.started / 1024, 0),
    ]
    show("Runs at once", [herd.name for herd in herds], rows, _TIMESTAMPS)


def _delay(herd: Herd, share: float) -> float | None:
    return ms([each for run in herd.told for each in run.delays()], share)


def _rss_of_a_run(herd: Herd) -> float:
    return (herd.usage.rss_most - herd.usage.rss_before) / herd.started / 1024
