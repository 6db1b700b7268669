"""Three ways to serve the same runs: the least a server can do, the naive one, and this one."""

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from .figures import first_ms, ms, whole_seconds
from .herd import Watched, together
from .plan import TOPIC, Plan
from .processes import Served, api, application, offline, simulator
from .runs import Told
from .table import Row, show
from .wire import Exchange, stream_path

_NOTE = (
    "Floor: a bare Starlette generator that sends the events of one of this server's runs as they "
    "came; it asks no model and keeps nothing. Naive: the same pipeline in a Starlette generator, "
    "each step of it awaited on the event loop's default executor; it keeps nothing. The models "
    "are {speed:g} times as fast as real ones, as the naive server lets most runs wait."
)


class Design(NamedTuple):
    """What became of so many runs at once on one of the servers."""

    name: str
    started: int
    watched: Watched
    told: list[Told]
    """The runs that came to their end."""


def measure(plan: Plan) -> list[Design]:
    """Start one server after the other, and so many runs at once on each."""
    with ExitStack() as up:
        folder = Path(up.enter_context(tempfile.TemporaryDirectory()))
        bedrock = up.enter_context(simulator(plan.designs_speed))
        with api(bedrock, folder / "runs.db") as server:
            ours = _design("this server", plan, server)
        script = folder / "script.json"
        script.write_text(json.dumps(_script(ours.watched.exchanges[0])), "utf-8")
        with application("benchmarks.floor_server:app", AQUMEN_BENCH_SCRIPT=str(script)) as server:
            floor = _design("floor", plan, server)
        with application("benchmarks.naive_server:app", **offline(bedrock)) as server:
            naive = _design("naive", plan, server)
    return [floor, naive, ours]


def show_designs(designs: list[Design], speed: float) -> None:
    """Print a column for each server."""
    rows = [
        Row("runs not done", [each.started - len(each.told) for each in designs], 0),
        Row("first event p50, ms", [first_ms(each.told, 0.5) for each in designs]),
        Row("whole run p50, s", [whole_seconds(each.told, 0.5) for each in designs], 2),
        Row("whole run p95, s", [whole_seconds(each.told, 0.95) for each in designs], 2),
        Row("/health p99, ms", [ms(each.watched.health_seconds, 0.99) for each in designs]),
        Row(
            "server CPU a run, ms", [each.watched.usage.cpu_ms(each.started) for each in designs], 0
        ),
        Row("server RSS, MB", [each.watched.usage.rss_mb for each in designs], 0),
    ]
    title = f"{designs[0].started} runs at once on three servers"
    show(title, [each.name for each in designs], rows, _NOTE.format(speed=speed))


def _design(name: str, plan: Plan, server: Served) -> Design:
    watched = together([server], plan.designs_runs, stream_path(TOPIC), plan.herd_seconds)
    told = [told for each in watched.exchanges if (told := Told(each)).done]
    return Design(name, plan.designs_runs, watched, told)


def _script(exchange: Exchange) -> list[tuple[float, str]]:
    told = Told(exchange)
    return [
        (heard.at - told.events[0].at, f"event: {heard.name}\ndata: {json.dumps(heard.data)}\n\n")
        for heard in told.events
    ]
