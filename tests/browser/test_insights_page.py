"""The insights in a real browser: a mark leads to the runs behind it, by mouse and by keyboard."""

from pathlib import Path

from playwright.sync_api import Page, expect

from aqumen.store.store import Store
from fakes.serving import serving
from fakes.wholes import story, whole


def failed_run(database: str) -> None:
    store = Store(database)
    store.open()
    told = story(topic="Leaky buckets")
    told.start()
    told.fail("model_unavailable", step=3)
    assert store.shelf.put(whole(told.told))
    store.close()


def test_a_bar_shows_its_runs_by_mouse_and_by_keyboard_and_the_address_names_them(
    page: Page, address: str, tmp_path: Path
) -> None:
    failed_run(f"sqlite:///{tmp_path / 'served.db'}")
    page.set_viewport_size({"width": 1280, "height": 1400})
    with serving(tmp_path) as api:
        page.goto(f"{address}/insights?sort=Real&days=All&api={api.url}")
        bars = page.get_by_test_id("stVegaLiteChart").last
        expect(bars).to_be_visible()
        box = bars.bounding_box()
        assert box is not None

        bars.click(position={"x": box["width"] * 0.7, "y": 25})

        expect(page.get_by_role("link", name="Leaky buckets")).to_be_visible()
        assert "mark=cause%3Dmodel_unavailable" in page.url
        page.get_by_role("button", name="Close").click()
        expect(page.get_by_role("link", name="Leaky buckets")).to_have_count(0)

        page.get_by_role("combobox", name="Runs behind a figure of: Runs without").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

        expect(page.get_by_role("link", name="Leaky buckets")).to_be_visible()
