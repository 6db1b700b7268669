"""How long text that a model writes takes from the API to the console's page, in Chromium."""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

from .chromium import INSTALLED, chromium
from .plan import TOPIC, Plan
from .processes import Served, api, console
from .recovery import await_, json_of
from .runs import Told
from .table import Row, milliseconds, percentile, show
from .wire import Exchange, Heard, ask, stream_path

_LONGEST_MS = 30_000.0


class Look(NamedTuple):
    """The texts that the page showed, and when."""

    at: float
    texts: list[str]


class Growing(NamedTuple):
    """The text of one call as the API said it: when, and all of it until then."""

    said: list[tuple[float, str]]
    over: float
    """When the step was told whole."""

    def lag(self, look: Look) -> float | None:
        """Return how old the oldest text is that a look did not find; None if nothing is due."""
        if not self.said[0][0] <= look.at < self.over:
            return None
        due = ((at, text.strip()) for at, text in self.said if at <= look.at)
        missed = (at for at, text in due if not any(each.startswith(text) for each in look.texts))
        return look.at - next(missed, look.at)


def measure(plan: Plan, bedrock: Served) -> list[float]:
    """Return lags in seconds, of each call at each look; none where there is no Chromium."""
    if INSTALLED is None:
        return []
    with (
        tempfile.TemporaryDirectory() as folder,
        api(bedrock, Path(folder) / "runs.db") as server,
        console(server) as shown,
        ThreadPoolExecutor(1) as threads,
        chromium() as browser,
    ):
        await_(lambda: json_of(server.port, "GET", "/health")["pipeline_ready"])
        stream = ask(server.port, "GET", stream_path(TOPIC, deltas=True), seconds=plan.herd_seconds)
        telling = threads.submit(asyncio.run, stream)
        await_(lambda: json_of(server.port, "GET", "/api/runs")["runs"])
        (run,) = json_of(server.port, "GET", "/api/runs")["runs"]
        page = browser.new_page()
        page.set_default_timeout(_LONGEST_MS)
        page.goto(f"http://127.0.0.1:{shown.port}/?run={run['run_id']}")
        looks = list(_looks(page, telling))
        return list(_lags(Told(telling.result()), looks))


def show_lags(seconds: list[float]) -> None:
    """Print the lags' percentiles."""
    rows = [
        Row("p50, ms", [milliseconds(percentile(seconds, 0.5))], 0, target=1000),
        Row("p95, ms", [milliseconds(percentile(seconds, 0.95))], 0, target=1000),
    ]
    note = "Looks at the page, one after the other, at what the API had said by then."
    show(f"Text on the console's page, {len(seconds)} looks", ["measured"], rows, note)


def _looks(page: Page, telling: Future[Exchange]) -> Iterator[Look]:
    page.locator("[data-card]").first.wait_for()
    while not telling.done():
        at = time.time()
        yield Look(at, page.get_by_test_id("stCode").locator("code").all_text_contents())


def _lags(told: Told, looks: list[Look]) -> Iterator[float]:
    for growing in _grown(told.events):
        for look in looks:
            lag = growing.lag(look)
            if lag is not None:
                yield lag


def _grown(events: list[Heard]) -> list[Growing]:
    said: defaultdict[tuple[int, ...], list[tuple[float, str]]] = defaultdict(list)
    over: dict[tuple[int, ...], float] = {}
    for event in events:
        place = tuple(event.data.get(name, 0) for name in ("step_number", "attempt", "answer"))
        if event.name == "delta":
            call = (*place, event.data["call"])
            before = said[call][-1][1] if call in said else ""
            said[call].append((event.at, before[: event.data["offset"]] + event.data["text"]))
        elif event.name == "step":
            over[place] = event.at
    return [Growing(texts, over[call[:3]]) for call, texts in said.items() if call[:3] in over]
