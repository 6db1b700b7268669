"""`python -m benchmarks.run_page`: how long clicks take on the page of a run of 60 answers."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import requests
from playwright.sync_api import Page

from aqumen.archive.reading import read

from . import long_run
from .chromium import chromium
from .plan import Plan
from .processes import api, console, simulator
from .table import Row, milliseconds, percentile, show

TOPIC = "SQL transactions and isolation levels"
_LONGEST_MS = 30_000.0
_SPEED = 100.0
_MEASURED = """([click, shown]) => new Promise((done) => {
    const began = performance.now();
    document.querySelector(click).click();
    const look = () => [...document.querySelectorAll(shown)].some((each) => each.checkVisibility())
        ? requestAnimationFrame(() => done(performance.now() - began))
        : requestAnimationFrame(look);
    look();
})"""
"""From a click to the frame after the one in which what it leads to is there."""


class Clicks(NamedTuple):
    """How long each click took."""

    answers: int
    """Of the run that was looked at."""
    seconds: dict[str, list[float]]
    """By what was clicked."""


class Click(NamedTuple):
    """What is clicked, and what is there when it has been answered; both as CSS selectors."""

    name: str
    on: str
    shows: str


def _clicks(run_id: str, attempt: int) -> Iterator[Click]:
    card = f".st-key-card-{run_id}-{attempt}-5"
    yield Click("a step of another attempt, in the rail", _rail(5, attempt), f"{card} .aq-text")
    tabs = f"{card} [role=tab]"
    yield Click("its prompt", f"{tabs}:nth-of-type(2)", f"{card} .aq-prompt")
    yield Click("its answer as it came", f"{tabs}:nth-of-type(5)", f"{card} .aq-long, {card} pre")
    yield Click("its answer, laid out again", f"{tabs}:nth-of-type(1)", f"{card} .aq-text")
    evidence = f".st-key-card-{run_id}-{attempt}-6 .aq-beside"
    yield Click("the judge's findings, in the rail", _rail(6, attempt), evidence)
    views = ".st-key-view [role=radio]"
    yield Click("the timeline", f"{views}:nth-of-type(2)", ".aq-waterfall")
    yield Click("back to the steps", f"{views}:nth-of-type(1)", ".st-key-groundwork")


def _rail(number: int, attempt: int) -> str:
    return f'.aq-lanes [data-pick="{number}.{attempt}"]'


def measure(plan: Plan) -> Clicks:
    """Make a long run, open its page and click."""
    with tempfile.TemporaryDirectory() as folder, simulator(_SPEED) as bedrock:
        with api(bedrock, Path(folder) / "short.db") as server:
            address = f"http://127.0.0.1:{server.port}/api"
            made = requests.post(f"{address}/generate", json={"topic": TOPIC}, timeout=60)
            run_id = made.headers["X-Run-Id"]
            short = read(requests.get(f"{address}/runs/{run_id}/export", timeout=60).content)
        answers = long_run.put(Path(folder) / "long.db", short)
        with api(bedrock, Path(folder) / "long.db") as server, console(server) as shown:
            page = f"http://127.0.0.1:{shown.port}/?run={run_id}"
            return Clicks(answers, _in_browser(page, run_id, plan.click_rounds))


def show_clicks(clicks: Clicks) -> None:
    """Print a row for each click."""
    rows = [
        Row(
            f"{name}, ms", [milliseconds(percentile(taken, share)) for share in (0.5, 0.95)], 0, 300
        )
        for name, taken in clicks.seconds.items()
    ]
    show(f"Clicks on a run of {clicks.answers} answers, one of 200 kB", ["p50", "p95"], rows)


def _in_browser(address: str, run_id: str, rounds: int) -> dict[str, list[float]]:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(_LONGEST_MS)
        page.goto(address)
        page.locator(".aq-lanes").wait_for()
        page.wait_for_timeout(2000)
        return _clicked(page, run_id, rounds)


def _clicked(page: Page, run_id: str, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each click, round after round over the attempts."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for number in range(rounds):
        attempt = long_run.ATTEMPTS - number % long_run.ATTEMPTS
        for click in _clicks(run_id, attempt):
            taken: float = page.evaluate(_MEASURED, [click.on, click.shows])
            found[click.name].append(taken / 1000)
            page.wait_for_timeout(400)
    return found


if __name__ == "__main__":
    show_clicks(measure(Plan()))
