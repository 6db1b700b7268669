"""As many runs at once as one machine takes, of models that write as fast as real ones stream."""

import tempfile
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from aqumen.simulator.pace import Pace

from .answered import Answered
from .deltas import Writing, delta_delays
from .figures import ms, over_path, whole_seconds
from .herd import Watched, together
from .plan import TOPIC, Plan
from .postgres import postgres
from .processes import Served, api, simulator
from .runs import Told
from .table import row_of, show
from .wire import stream_path

_NOTE = (
    "The models write {pieces} deltas a second and call. Critical path: as the offline Bedrock saw "
    "the calls, from the request to the last of the answer. Text delay: from when it was to write "
    "a delta to the socket until the delta's last character came to the client."
)


class Load(NamedTuple):
    """So many runs at once, on so many processes."""

    runs: int
    processes: int = 1
    """More than one share a PostgreSQL."""
    frames_per_write: int = 5
    """Deltas that the models send together."""
    deltas: bool = False
    """Every client asks for the text as it is written."""

    @property
    def name(self) -> str:
        """What it is called above its column."""
        on = f" on {self.processes}" if self.processes > 1 else ""
        text = " + text" if self.deltas else ""
        return f"{self.runs}{on}{text}, {self.frames_per_write} a write"


class Borne(NamedTuple):
    """What became of a load."""

    load: Load
    watched: Watched
    told: list[Told]
    """The runs that came to their end, heard without a gap."""
    paths: list[float]
    """The critical path of each one's model calls, in seconds."""
    delta_seconds: list[float]


def measure(plan: Plan) -> list[Borne]:
    """Put one load after the other on servers of its own."""
    return [_borne(plan, Load(*load)) for load in plan.loads]


def show_loads(found: Sequence[Borne], plan: Plan) -> None:
    """Print a column for each load."""
    row = partial(row_of, found)
    rows = [
        row("runs not done", lambda each: each.load.runs - len(each.told), 0, target=0),
        row("whole run p50, s", lambda each: whole_seconds(each.told, 0.5), 2),
        row("whole run p95, s", lambda each: whole_seconds(each.told, 0.95), 2),
        row("p95 / critical path", lambda each: over_path(each.told, each.paths), 3, target=1.10),
        row("text delay p50, ms", lambda each: ms(each.delta_seconds, 0.5), 0),
        row("text delay p99, ms", lambda each: ms(each.delta_seconds, 0.99), 0, target=250),
        row("/health p99, ms", lambda each: ms(each.watched.health_seconds, 0.99), 0, target=100),
        row("servers' CPU a run, ms", lambda each: each.watched.usage.cpu_ms(each.load.runs), 0),
        row("RSS of a server, MB", _rss_of_a_server, 0, target=400),
    ]
    note = _NOTE.format(pieces=plan.load_pieces)
    show("Loads at the pace of real streams", [each.load.name for each in found], rows, note)


def _rss_of_a_server(borne: Borne) -> float:
    return borne.watched.usage.rss_mb / borne.load.processes


def _borne(plan: Plan, load: Load) -> Borne:
    path = stream_path(TOPIC, deltas=load.deltas)
    with _serving(plan, load) as (bedrock, servers):
        watched = together(servers, load.runs, path, plan.load_seconds)
        answered = Answered(bedrock)
    told = [Told(exchange) for exchange in watched.exchanges]
    whole = [run for run in told if run.done and run.without_gaps()]
    paths = [answered.critical_path(run) for run in whole]
    writing = Writing(Pace(plan.speed, plan.load_pieces), load.frames_per_write)
    late = (delta_delays(run, writing, answered) for run in whole if load.deltas)
    return Borne(load, watched, whole, paths, [each for delays in late for each in delays])


@contextmanager
def _serving(plan: Plan, load: Load) -> Generator[tuple[Served, list[Served]]]:
    room = {"AQUMEN_MAX_CONCURRENT_RUNS": str(load.runs)}
    with ExitStack() as up:
        folder = Path(up.enter_context(tempfile.TemporaryDirectory()))
        bedrock = up.enter_context(simulator(plan.speed, plan.load_pieces, load.frames_per_write))
        if load.processes > 1:
            room["AQUMEN_DATABASE_URL"] = up.enter_context(postgres())
        place = folder / "runs.db"
        servers = [up.enter_context(api(bedrock, place, **room)) for _ in range(load.processes)]
        yield bedrock, servers


if __name__ == "__main__":
    show_loads(measure(Plan()), Plan())
