"""`python -m benchmarks.ten_thousand`: how fast 10,000 runs are listed, by API and console."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Page

from aqumen.archive.reading import read
from aqumen.store.whole import WholeRun

from . import many_runs
from .chromium import INSTALLED, chromium
from .context import describe
from .plan import TOPIC, Plan
from .postgres import postgres
from .processes import Served, api, console, simulator
from .table import Row, percentile, show

_LONGEST_MS = 30_000.0
_DEEP = 8000
"""Runs that stand before the deep page."""
_ROWS = 20
_LISTED: dict[str, Any] = {"kind": ["full", "fork", "rejudge"], "limit": _ROWS}
"""As the console asks."""
_EMPTY = Path(__file__).with_name("empty_page.py")
_LAST_DRAWN = "Next page"
"""What stands below the rows: when it is there, all of them are."""

Query = Mapping[str, Any]


@dataclass(slots=True)
class Listed:
    """The runs of one database."""

    name: str
    stored_seconds: float
    answers: dict[str, list[float]] = field(default_factory=dict)
    """Seconds the API took, by what it was asked."""
    pages: dict[str, list[float]] = field(default_factory=dict)
    """Seconds until the Runs page was all there, by how it was opened; none without Chromium."""


def measure(plan: Plan, bedrock: Served) -> list[Listed]:
    """Store the runs in each database, ask the API for them, and open the page."""
    with ExitStack() as exit_stack:
        folder = Path(exit_stack.enter_context(tempfile.TemporaryDirectory()))
        databases = {
            "SQLite": f"sqlite:///{folder / 'many.db'}",
            "PostgreSQL": exit_stack.enter_context(postgres()),
        }
        sample = _sample(bedrock, folder / "sample.db")
        return [_measured(plan, bedrock, sample, *each) for each in databases.items()]


def _sample(bedrock: Served, database: Path) -> WholeRun:
    """Return a run that has just happened."""
    with api(bedrock, database) as server:
        address = f"http://127.0.0.1:{server.port}/api"
        made = requests.post(f"{address}/generate", json={"topic": TOPIC}, timeout=120)
        exported = requests.get(f"{address}/runs/{made.headers['X-Run-Id']}/export", timeout=60)
        return read(exported.content)


def _measured(plan: Plan, bedrock: Served, sample: WholeRun, name: str, url: str) -> Listed:
    began = time.monotonic()
    many_runs.put(url, sample, plan.listed)
    found = Listed(name, time.monotonic() - began)
    with api(bedrock, Path(), AQUMEN_DATABASE_URL=url) as server:
        _ask(server, sample, plan.list_rounds, found)
        if INSTALLED is None:
            return found
        with console(server) as shown, console(server, _EMPTY) as empty:
            at = f"http://127.0.0.1:{shown.port}", f"http://127.0.0.1:{empty.port}"
            _open(*at, plan.page_rounds, found)
    return found


def _ask(server: Served, sample: WholeRun, rounds: int, found: Listed) -> None:
    address = f"http://127.0.0.1:{server.port}/api/runs"
    with requests.Session() as asking:
        for name, query in _queries(asking, address, sample):
            found.answers[name] = [_answered(asking, address, query) for _ in range(rounds)]


def _answered(asking: requests.Session, address: str, query: Query) -> float:
    began = time.monotonic()
    answer = asking.get(address, params={**_LISTED, **query}, timeout=30)
    answer.raise_for_status()
    return time.monotonic() - began


def _queries(
    asking: requests.Session, address: str, sample: WholeRun
) -> Iterator[tuple[str, Query]]:
    """Yield what is asked; most answers have a few runs, so that all 10,000 are looked at."""
    day = (sample.run.created_at - timedelta(days=60)).date().isoformat()
    edited = many_runs.version(sample, 3)
    yield "the first page", {}
    yield "a page after 8,000 runs", {"cursor": _deep(asking, address)}
    yield "a state", {"status": "cancelled"}
    yield "a topic", {"topic": "Caches in Redis"}
    yield "an evidence label", {"evidence": "certified"}
    yield "a prompt version", {"prompt": edited}
    yield "a model", {"model": sample.run.models["strong"]}
    yield "a day", {"since": day, "until": day}
    yield "a cost", {"min_cost": "1.499"}
    yield "a word", {"q": many_runs.RARE}
    yield "a word that no run has", {"q": "zebra"}
    yield "by cost", {"sort": "cost"}
    yield "by duration", {"sort": "duration"}
    yield "by attempts", {"sort": "attempts"}


def _deep(asking: requests.Session, address: str) -> str:
    """Return the cursor of what follows so many runs."""
    cursor = ""
    for _ in range(0, _DEEP, 200):
        query = {**_LISTED, "limit": 200, "cursor": cursor}
        cursor = asking.get(address, params=query, timeout=30).json()["next_cursor"]
    return cursor


def _open(address: str, empty: str, rounds: int, found: Listed) -> None:
    with chromium() as browser:
        for _ in range(rounds):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(_LONGEST_MS)
            for name, way in _WAYS.items():
                found.pages.setdefault(name, []).append(way(page, address))
            page.close()
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            for name, opens in _LEAST.items():
                found.pages.setdefault(name, []).append(_least(page, partial(opens, page, empty)))
            page.close()


def _at_first(page: Page, address: str) -> float:
    began = time.monotonic()
    page.goto(f"{address}/history")
    return _usable(page, began)


def _again(page: Page, _address: str) -> float:
    began = time.monotonic()
    page.reload()
    return _usable(page, began)


def _by_link(page: Page, _address: str) -> float:
    page.get_by_role("link", name="Run", exact=True).click()
    page.get_by_role("button", name="Generate").wait_for()
    page.wait_for_timeout(500)
    began = time.monotonic()
    page.get_by_role("link", name="Runs", exact=True).click()
    return _usable(page, began)


def _least(page: Page, opens: Callable[[], object]) -> float:
    began = time.monotonic()
    opens()
    page.get_by_role("button", name=_LAST_DRAWN).wait_for()
    return time.monotonic() - began


def _usable(page: Page, began: float) -> float:
    page.get_by_role("button", name=_LAST_DRAWN).wait_for()
    page.locator(".aq-runs a").nth(_ROWS - 1).wait_for()
    return time.monotonic() - began


_WAYS = {
    "opened by its address, by a new browser": _at_first,
    "reloaded": _again,
    "opened from another page": _by_link,
}
_LEAST: dict[str, Callable[[Page, str], object]] = {
    "an empty page, by a new browser": lambda page, address: page.goto(f"{address}/history"),
    "an empty page, reloaded": lambda page, _address: page.reload(),
}


def show_lists(found: list[Listed], count: int) -> None:
    """Print the tables."""
    columns = [f"{each.name}, {share}" for each in found for share in ("p50", "p95")]
    answers = [
        Row(f"{name}, ms", [*_shares(found, "answers", name, 1000)], 0, 100)
        for name in found[0].answers
    ]
    pages = [
        Row(f"{name}, s", [*_shares(found, "pages", name, 1)], 2, 1) for name in found[0].pages
    ]
    stored = ", ".join(f"{each.name} {each.stored_seconds:.0f} s" for each in found)
    title = f"The API's list of {count} runs, {_ROWS} a page"
    show(title, columns, answers, f"Stored in: {stored}.")
    if pages:
        show("The Runs page in Chromium, until its last row is there", columns, pages)


def _shares(found: list[Listed], kind: str, name: str, factor: float) -> Iterator[float | None]:
    for each in found:
        for share in (0.5, 0.95):
            seconds = percentile(getattr(each, kind)[name], share)
            yield None if seconds is None else factor * seconds


def main() -> int:
    """Measure and print."""
    plan = Plan()
    print(*describe(100.0), sep="\n", flush=True)
    with simulator(100.0) as bedrock:
        show_lists(measure(plan, bedrock), plan.listed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
