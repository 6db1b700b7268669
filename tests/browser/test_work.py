"""A prompt engineer's day in a real browser: try a text, meet a colleague, clear away."""

from collections.abc import Generator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from aqumen.store.store import Store
from fakes.processes import Api
from fakes.serving import Served, serving
from fakes.wholes import story, whole

from .asking import card, ends
from .conftest import LONGEST, WIDE

BEGUN = datetime.fromisoformat("2026-11-25T08:00:00+00:00")
MINUTE = timedelta(minutes=1)
UNHURRIED = "Clocks that go at their own pace"

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def served(tmp_path: Path) -> Generator[Served]:
    """A server of the test's own, whose prompts and runs nobody else changes."""
    with serving(tmp_path) as api:
        yield api


def write(field: Locator, text: str) -> None:
    """Add a line to a text as a user types it, and leave the field."""
    # Streamlit draws a field first and fills it then.
    expect(field).not_to_have_value("")
    field.fill(f"{field.input_value()}{text}\n")
    field.blur()


def test_a_text_tried_on_a_step_of_a_finished_run_lands_in_the_comparison(
    page: Page, address: str, instant_api: Api
) -> None:
    run = instant_api.post("/api/generate", {"topic": "Leases that outlive their holder"})
    parent = run["run_id"]
    page.goto(f"{address}/?run={parent}&step=3.1&tab=prompt&api={instant_api.url}")
    page.get_by_role("link", name="Try another prompt here").click()

    write(page.get_by_role("textbox", name="The run's text"), "Prefer tables to prose.")
    page.get_by_role("button", name="Fork", exact=True).click()

    page.wait_for_url("**/compare?**")
    runs = parse_qs(urlsplit(page.url).query)["runs"][0].split(",")
    assert runs[0] == parent
    child = instant_api.get(f"/api/runs/{runs[1]}")
    assert (child["parent"], child["from_step"]) == (parent, 3)
    expect(page.get_by_role("link", name="A · Leases")).to_be_visible()
    expect(page.get_by_role("link", name="B · Leases")).to_be_visible()
    page.get_by_role("tab", name="Prompts").click()
    expect(page.locator("ins", has_text="tables").first).to_be_visible()


def test_of_two_people_the_second_is_told_and_keeps_every_word(
    browser: Browser, address: str, served: Served
) -> None:
    with closing(browser.new_page(viewport=WIDE)) as ada, closing(browser.new_page()) as bea:
        fields = []
        for person in (ada, bea):
            person.set_default_timeout(LONGEST)
            person.goto(f"{address}/prompts?step=strategic_question&api={served.url}")
            field = person.get_by_role("textbox", name="Text", exact=True)
            expect(field).to_be_visible()
            fields.append(field)
        write(fields[0], "Written by Ada.")
        write(fields[1], "Written by Bea.")
        hers = fields[1].input_value()

        ada.get_by_role("button", name="Save").click()
        expect(ada.get_by_text("Saved as version 1.")).to_be_visible()
        bea.get_by_role("button", name="Save").click()

        expect(bea.get_by_text("Another version has been put in force").first).to_be_visible()
        expect(bea.locator("ins", has_text="Bea").first).to_be_visible()
        expect(fields[1]).to_have_value(hers)
        bea.get_by_role("button", name="Base mine on version 1").click()
        bea.get_by_role("button", name="Save").click()
        expect(bea.get_by_text("Saved as version 2.")).to_be_visible()
        expect(fields[1]).to_have_value(hers)


def test_a_run_is_replayed_with_the_keyboard(
    page: Page, address: str, api: Api, database: str
) -> None:
    run_id = unhurried_run(database)
    page.goto(f"{address}/?run={run_id}&api={api.url}")
    first = card(page, "Generate difficulty categories")
    expect(first).to_be_visible()

    page.get_by_role("button", name="Replay").press("Enter")
    expect(first).to_have_count(0)
    page.get_by_role("button", name="Pause").press("Enter")
    scrubber = page.get_by_role("slider", name="Moment of the run")
    scrubber.press("End")
    expect(first).to_be_visible()
    assert_a_card_stays_as_the_user_left_it(page, first)
    scrubber.press("Home")
    expect(first).to_have_count(0)
    expect(scrubber).to_be_focused()

    page.get_by_role("button", name="Play", exact=True).press("Enter")
    pause = page.get_by_role("button", name="Pause")
    expect(pause).to_be_visible()
    for _ in range(4):
        scrubber.press("PageUp")
    expect(first).to_be_visible()
    expect(scrubber).to_be_focused()
    expect(pause).to_be_visible()
    page.get_by_role("button", name="End", exact=True).press("Enter")
    ends(page, "Failed at step 2")
    expect(page.get_by_role("button", name="Replay")).to_be_visible()


def assert_a_card_stays_as_the_user_left_it(page: Page, first: Locator) -> None:
    """Open and close a card of a paused replay, and go where by itself it would be otherwise."""
    scrubber = page.get_by_role("slider", name="Moment of the run")

    def go(button: str, minute: int) -> None:
        page.get_by_role("button", name=button, exact=True).click()
        expect(scrubber).to_have_value(str(60 * minute))

    go("Back", 2)
    expect(first).to_have_attribute("aria-expanded", "false")  # its step is over
    first.click()
    go("Next", 3)
    expect(first).to_have_attribute("aria-expanded", "true")
    go("Back", 2)
    go("Back", 1)
    first.click()
    go("Next", 2)
    go("Back", 1)
    expect(first).to_have_attribute("aria-expanded", "false")  # its step is under way


def unhurried_run(database: str) -> str:
    """Store a run whose events are minutes apart: no replay comes to its end by itself."""
    told = story(topic=UNHURRIED)
    told.start()
    told.steps(1)
    told.fail("model_unavailable", step=2)
    for number, (_, data) in enumerate(told.told):
        data["timestamp"] = (BEGUN + number * MINUTE).isoformat()
    store = Store(database)
    store.open()
    assert store.shelf.put(whole(told.told))
    store.close()
    return told.run_id


def test_all_runs_on_the_page_but_one_are_deleted_at_once(
    page: Page, address: str, instant_api: Api
) -> None:
    word = "Disposable"
    for number in range(4):
        instant_api.post("/api/generate", {"topic": f"{word} question {number}"})
    page.goto(f"{address}/history?q={word}&api={instant_api.url}")
    expect(page.get_by_role("link", name=word)).to_have_count(4)

    with page.context.expect_page() as other:
        page.get_by_role("link", name=f"{word} question 2").click(modifiers=["ControlOrMeta"])
    other.value.wait_for_url(f"**/?run=*api={quote(instant_api.url, safe='')}")
    other.value.close()

    page.get_by_role("checkbox", name="Select all on this page").check()
    expect(page.get_by_text("4 runs selected")).to_be_visible()
    page.get_by_role("checkbox", name=f"Select {word} question 2").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("3 runs selected")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete 3 runs").click()

    expect(page.get_by_text("3 runs deleted.")).to_be_visible()
    expect(page.get_by_role("link", name=word)).to_have_count(1)
    left = instant_api.get("/api/runs", q=word)["runs"]
    assert [run["topic"] for run in left] == [f"{word} question 2"]
