"""`python -m benchmarks.rush`: more runs asked for at once than two processes have room for."""

import re
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from .figures import ms
from .herd import Watched, together
from .plan import TOPIC, Plan
from .postgres import postgres
from .processes import api, simulator
from .runs import Told
from .table import Row, show
from .wire import Exchange, stream_path

_PROCESSES = 2
_REFUSED = re.compile(rb"HTTP/1\.\d 503 .*?\r\nretry-after: \d+\r\n", re.IGNORECASE | re.DOTALL)
_NOTE = (
    "Two processes on one PostgreSQL, each with room for {at_once} runs at once and {queued} in "
    "its queue; the models are {speed:g} times as fast as real ones. Refused: answered with 503 "
    "and Retry-After. Done: a stream without a gap up to its run's end. Lost: neither."
)


class Rush(NamedTuple):
    """What became of all that was asked for."""

    asked: int
    watched: Watched
    done: list[Told]
    refused: list[Exchange]


def measure(plan: Plan) -> Rush:
    """Ask for more runs than there is room for, and watch until all are over."""
    room = {
        "AQUMEN_MAX_CONCURRENT_RUNS": str(plan.rush_at_once),
        "AQUMEN_MAX_QUEUED_RUNS": str(plan.rush_queued),
        # Each refusal is a warning.
        "AQUMEN_LOG_LEVEL": "ERROR",
    }
    with ExitStack() as up:
        folder = Path(up.enter_context(tempfile.TemporaryDirectory()))
        bedrock = up.enter_context(simulator(plan.rush_speed))
        room["AQUMEN_DATABASE_URL"] = up.enter_context(postgres())
        place = folder / "runs.db"
        servers = [up.enter_context(api(bedrock, place, **room)) for _ in range(_PROCESSES)]
        watched = together(servers, plan.rush, stream_path(TOPIC), plan.load_seconds)
    told = [Told(exchange) for exchange in watched.exchanges]
    done = [run for run in told if run.done and run.without_gaps()]
    return Rush(plan.rush, watched, done, [each for each in watched.exchanges if _refused(each)])


def show_rush(rush: Rush, plan: Plan) -> None:
    """Print a table."""
    lost = rush.asked - len(rush.done) - len(rush.refused)
    rows = [
        Row("runs done", [len(rush.done)], 0),
        Row("refused", [len(rush.refused)], 0),
        Row("lost", [lost], 0, target=0),
        Row("refused within p99, ms", [ms([each.seconds for each in rush.refused], 0.99)], 0),
        Row("/health p99, ms", [ms(rush.watched.health_seconds, 0.99)], 0),
        Row("servers' RSS, MB", [rush.watched.usage.rss_mb], 0),
    ]
    note = _NOTE.format(at_once=plan.rush_at_once, queued=plan.rush_queued, speed=plan.rush_speed)
    show(f"{rush.asked} runs asked for at once", ["measured"], rows, note)


def _refused(exchange: Exchange) -> bool:
    return _REFUSED.match(b"".join(data for _, data in exchange.chunks)) is not None


if __name__ == "__main__":
    show_rush(measure(Plan()), Plan())
