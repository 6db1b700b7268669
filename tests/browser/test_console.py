"""The console in a real browser, against the real API on simulated models."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from browser.asking import ask, card, ends, enter, inside
from fakes.eventually import eventually
from fakes.processes import Api, free_port
from fakes.proxy import Proxy

from .conftest import LONGEST

TOPIC = "SQL transactions and isolation levels"

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


_KEEP = """() => {
    window.kept = ["[data-testid=stForm]", ".st-key-head", ".st-key-rail"].map((each) =>
        document.querySelector(each));
}"""
"""What flickers is made anew: these three are to be the same from the first step to the end."""


def runs_of(api: Api, topic: str) -> list[dict[str, object]]:
    runs: list[dict[str, object]] = api.get("/api/runs", q=topic)["runs"]
    return runs


def test_steps_fill_in_one_by_one_while_the_user_works_with_the_page(
    page: Page, address: str, serve: Callable[..., Api]
) -> None:
    enter(page, address, api=serve(simulator_speed=2).url)

    ask(page, TOPIC)
    first = watched(page, until=lambda: page.locator("[data-card]").count() > 1)
    page.evaluate(_KEEP)
    card(page, "Generate difficulty categories").click()
    page.get_by_role("button", name="More").click()
    page.get_by_role("spinbutton", name="Attempts").fill("2")
    page.get_by_role("textbox", name="Topic", exact=True).fill("Something else entirely")
    then = watched(page, until=page.get_by_text("Question ready after").first.is_visible)

    # Not the last: groundwork and attempt change places when a run ends, and this look may fall
    # in between.
    steps = [seen[0] for seen in (*first, *then[:-1])]
    assert len(set(steps)) >= 4
    assert steps == sorted(steps)
    assert len({written for _, written in then if written}) >= 2
    assert page.evaluate("kept.length === 3 && kept.every((each) => each.isConnected)")
    opened = inside(page, "Generate difficulty categories")
    expect(opened.get_by_role("tab", name="Prompt")).to_be_visible()
    expect(page.get_by_role("textbox", name="Topic", exact=True)).to_have_value(
        "Something else entirely"
    )
    expect(page.locator(".aq-code mark, .aq-prose mark").first).to_be_visible()
    expect(page.get_by_text("Simulated answers").first).to_be_visible()


def watched(page: Page, until: Callable[[], bool]) -> list[tuple[int, int]]:
    """Return, over and over, how many steps are there and how much is being written."""
    seen: list[tuple[int, int]] = []

    def looked() -> bool:
        labels = page.locator("[data-card]").all_inner_texts()
        seen.append((len(labels), sum(map(length_in, labels))))
        return until()

    eventually(looked, LONGEST / 1000)
    return seen


def length_in(label: str) -> int:
    """Return how many characters a card's label says were written."""
    found = re.search(r"([\d.]+)(k?) characters", label)
    return round(float(found[1]) * (1000 if found[2] else 1)) if found else 0


def test_a_reload_in_the_middle_goes_on_with_the_same_run(
    page: Page, address: str, api: Api
) -> None:
    topic = "Rate limiting with Redis"
    enter(page, address)
    ask(page, topic)
    expect(card(page, "Generate error catalog")).to_be_visible()

    page.reload()

    ends(page, "Question ready after")
    expect(page.locator("[data-card]")).to_have_count(7)
    assert [run["status"] for run in runs_of(api, topic)] == ["succeeded"]
    assert "run=" in urlsplit(page.url).query


def test_a_double_click_starts_one_run(page: Page, address: str, api: Api) -> None:
    topic = "Kubernetes rollouts without downtime"
    enter(page, address)
    page.get_by_role("textbox", name="Topic", exact=True).fill(topic)

    page.get_by_role("button", name="Generate").dblclick()

    expect(card(page, "Generate difficulty categories")).to_be_visible()
    assert len(runs_of(api, topic)) == 1


def test_a_run_is_cancelled_at_once(page: Page, address: str, api: Api) -> None:
    topic = "SQL transactions, to be cancelled"
    enter(page, address)
    ask(page, f"{topic} #fault=silence@3")
    expect(card(page, "Generate difficulty categories")).to_be_visible()

    page.get_by_role("button", name="Cancel").click()

    ends(page, "The run was cancelled.")
    expect(page.get_by_role("button", name="Run again")).to_be_visible()
    assert runs_of(api, topic)[0]["status"] == "cancelled"


def test_a_dropped_connection_loses_nothing(page: Page, address: str, api: Api) -> None:
    with Proxy(api.port) as proxy:
        enter(page, address, api=proxy.url)
        ask(page, "SQL transactions, cut off")
        expect(card(page, "Generate error catalog")).to_be_visible()

        proxy.cut_all()

        ends(page, "Question ready after")
        expect(page.locator("[data-card]")).to_have_count(7)


def test_a_failure_opens_the_card_it_happened_in(page: Page, address: str) -> None:
    enter(page, address)

    ask(page, "SQL transactions #fault=access_denied@3")

    ends(page, "Failed at step 3 (Generate strategic question), attempt 1")
    expect(card(page, "Generate strategic question")).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_text("may not use this model").first).to_be_visible()


def test_a_past_run_is_found_and_opened(page: Page, address: str, instant_api: Api) -> None:
    topic = "A/B test analysis for a pricing change"
    run_id = instant_api.post("/api/generate", {"topic": topic})["run_id"]
    enter(page, address)

    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("searchbox", name="Search").fill("pricing")
    page.get_by_role("searchbox", name="Search").press("Enter")
    page.wait_for_url("**q=pricing**")
    page.get_by_role("link", name=topic).click()

    ends(page, "Question ready after")
    page.wait_for_url(f"**run={run_id}**")
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Whole run (JSON Lines)").click()
    events = [json.loads(line) for line in download.value.path().read_text().splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["event"] == "done"
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (Markdown)").click()
    assert download.value.path().read_text().startswith(f"# {topic}\n")
    page.keyboard.press("Escape")
    read_by_keyboard(page, "Generate error catalog")


def read_by_keyboard(page: Page, name: str) -> None:
    """Open a card, turn to another of its tabs and close it; the key stays where it was."""
    row, tab = card(page, name), inside(page, name).get_by_role("tab", name="Prompt")
    row.press("Enter")
    inside(page, name).get_by_role("tab", name="Answer").press("ArrowRight")
    expect(tab).to_be_focused()
    page.keyboard.press("Enter")
    expect(inside(page, name).locator(".aq-prompt")).to_be_visible()
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(tab).to_be_focused()
    row.press("Enter")
    expect(row).to_have_attribute("aria-expanded", "false")
    expect(row).to_be_focused()


def test_an_api_that_is_away_is_said_in_words_and_found_when_it_comes(
    page: Page, address: str, tmp_path: Path
) -> None:
    port = free_port()
    enter(page, address, api=f"http://127.0.0.1:{port}")
    ask(page, "SQL transactions, asked too early")
    expect(page.get_by_text(f"Nothing answers at http://127.0.0.1:{port}").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)

    with Api(tmp_path, {"AQUMEN_SIMULATOR_SPEED": "0"}, port):
        page.get_by_role("button", name="Generate").click()

        ends(page, "Question ready after")
