"""The pictures of the documents, taken of the real console by `make screenshots`."""

import os
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from aqumen.runs.ids import new_run_id
from aqumen.store.store import Store
from browser.asking import ask, card, ends, enter
from fakes.processes import ROOT, Api
from fakes.sqlite import with_tables
from fakes.story import Story
from fakes.wholes import story, whole

from .conftest import LONGEST, WIDE

TOPIC = "SQL transactions and isolation levels"
IMAGES = ROOT / "docs" / "images"
TOPICS = (
    "GRPO in reinforcement learning",
    "Rate limiting with Redis",
    "Zero-downtime rollouts in Kubernetes",
    "A/B test analysis for a pricing change",
    "Backoff and jitter in clients",
)
DAYS = 12

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.skipif(
        "AQUMEN_SCREENSHOTS" not in os.environ, reason="make screenshots runs these"
    ),
]


@pytest.fixture
def pictured(browser: Browser) -> Generator[Page]:
    page = browser.new_page(viewport=WIDE, color_scheme="light")
    page.set_default_timeout(LONGEST)
    yield page
    page.close()


def picture(page: Page, name: str, height: int = 860) -> None:
    page.set_viewport_size({"width": 1280, "height": height})
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    page.mouse.move(0, 0)
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


def test_screenshots_of_a_run(pictured: Page, address: str, tmp_path: Path) -> None:
    page = pictured
    with Api(tmp_path, {"AQUMEN_SIMULATOR_SPEED": "2"}) as unhurried:
        enter(page, address, api=unhurried.url)
        ask(page, TOPIC)
        judging = page.get_by_test_id("stCode")
        judging.filter(has_text="reason").first.wait_for()
        page.mouse.move(0, 0)
        page.screenshot(path=IMAGES / "console-live.png")

        ends(page, "Question ready after")
        card(page, "Judge differentiation").click()
        expect(page.get_by_role("tab", name="Evidence")).to_be_visible()
        picture(page, "console", 1520)
        page.set_viewport_size({"width": 1280, "height": 3200})
        page.locator(".st-key-assessment").screenshot(path=IMAGES / "console-question.png")
        of_its_time(page)


def of_its_time(page: Page) -> None:
    """Picture the run that is shown as a timeline, and a moment of its replay."""
    page.get_by_role("radio", name="Timeline").click()
    expect(page.locator(".aq-bill")).to_be_visible()
    picture(page, "console-timeline", 1000)
    page.get_by_role("radio", name="Steps").click()
    page.get_by_role("button", name="Replay").click()
    page.get_by_role("button", name="Pause").click()
    scrubber = page.get_by_role("slider", name="Moment of the run")
    scrubber.press("Home")
    for _ in range(6):
        scrubber.press("PageUp")
    scrubber.blur()
    expect(page.get_by_test_id("stCode").nth(1)).to_be_visible()
    picture(page, "console-replay", 1180)


def test_screenshots_of_the_other_pages(pictured: Page, address: str, tmp_path: Path) -> None:
    database = with_tables(tmp_path / "pictured.db")
    put_a_fortnight(database)
    settings = {"AQUMEN_DATABASE_URL": database, "AQUMEN_SIMULATOR_SPEED": "20"}
    with Api(tmp_path, settings) as api:
        run_id = api.post("/api/generate", {"topic": TOPIC})["run_id"]
        at = f"api={api.url}"
        of_a_trial_and_its_comparison(pictured, f"{address}/prompts?run={run_id}&step=3&{at}")
        of_the_list(pictured, f"{address}/history?{at}")
        pictured.goto(f"{address}/insights?sort=Simulated&days=30&{at}")
        expect(pictured.get_by_test_id("stVegaLiteChart").last).to_be_visible()
        picture(pictured, "console-insights", 1240)
        of_an_exercise(pictured, f"{address}/?run={run_id}&{at}")


def of_a_trial_and_its_comparison(page: Page, address: str) -> None:
    page.goto(address)
    field = page.get_by_role("textbox", name="The run's text")
    expect(field).not_to_have_value("")
    field.fill(field.input_value().replace("practical tasks", "realistic tasks", 1))
    field.blur()
    page.get_by_role("button", name="What would it ask?").click()
    expect(page.get_by_text("at most about").first).to_be_visible()
    picture(page, "console-prompts", 1110)
    page.get_by_role("button", name="Fork", exact=True).click()
    page.wait_for_url("**/compare?**")
    expect(page.get_by_text("forked from A")).to_be_visible()
    expect(page.get_by_text("Question ready", exact=True)).to_have_count(2)
    page.get_by_role("tab", name="Prompts").click()
    expect(page.locator("ins").first).to_be_visible()
    picture(page, "console-compare", 1180)


def of_the_list(page: Page, address: str) -> None:
    page.goto(address)
    for row in (0, 1):
        page.locator(".aq-runs tbody input").nth(row).check()
    expect(page.get_by_text("2 runs selected")).to_be_visible()
    picture(page, "console-runs")


def of_an_exercise(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Play it").click()
    pieces = page.locator(".piece")
    pieces.filter(has_text="IsolationLevel.REPEATABLE_READ").first.click()
    pieces.filter(has_text="import psycopg").first.click()
    expect(page.get_by_text("2 pieces chosen")).to_be_visible()
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("False alarms").scroll_into_view_if_needed()
    picture(page, "console-play", 1360)


def put_a_fortnight(database: str) -> None:
    """Store a few runs of each of the last days, some of them without a question."""
    store = Store(database)
    store.open()
    for number in range(DAYS * len(TOPICS)):
        told = story(run_id=new_run_id(), topic=TOPICS[number % len(TOPICS)])
        told.start(simulated=True)
        told.steps(1)
        told.begin(2)
        if number % 7 == 3:
            told.answer(2, failed="six_errors")
        told.answer(2, answer=2 if number % 7 == 3 else 1)
        if number % 11 == 5:
            told.fail("model_throttled" if number % 2 else "deadline_exceeded", step=3)
        else:
            told.steps(3, 4, 5, 6)
            end_of(told, asked=number)
        ago = timedelta(days=DAYS - number // len(TOPICS), hours=-number % 5)
        ended = (datetime.now(UTC) - ago).timestamp()
        assert store.shelf.put(whole(told.told, ended=ended, simulated=True))
    store.close()


def end_of(told: Story, asked: int) -> None:
    if asked % 6 == 2:
        told.no_question("Both models avoided every mistake in 3 attempts.")
    else:
        told.steps(7)
        told.final()
    told.done()
