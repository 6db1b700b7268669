"""An exercise played by a student's link, in a real browser against the real API."""

import os
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from fakes.processes import ROOT, Api

HARD_TO_READ = (ROOT / "tests" / "browser" / "contrast.js").read_text("utf-8")

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


class Overheard:
    """What a page is told: HTTP answers, but Streamlit's own files, and frames of web sockets."""

    def __init__(self, page: Page) -> None:
        self._frames: list[bytes] = []
        self._answers: list[Response] = []
        page.on("response", self._hear_answer)
        page.on("websocket", lambda socket: socket.on("framereceived", self._hear))

    def _hear_answer(self, answer: Response) -> None:
        self._answers.append(answer)

    def _hear(self, frame: str | bytes) -> None:
        self._frames.append(frame if isinstance(frame, bytes) else frame.encode())

    def said(self) -> bytes:
        """Return all of it."""
        assert self._frames
        own = [each for each in self._answers if each.ok and "/static/" not in each.url]
        return b"\n".join([*self._frames, *(answer.body() for answer in own)])


def piece_of(exercise: dict[str, Any], line: int, text: str) -> str:
    """Return the first piece that holds the beginning of a text."""
    shown = exercise["lines"][line - 1]
    start = shown["text"].index(text)
    piece = next(piece for piece in shown["pieces"] if piece["end"] > start)
    return str(shown["text"][piece["start"] : piece["end"]])


def test_a_student_plays_an_exercise_and_is_told_nothing_before(
    page: Page, address: str, instant_api: Api
) -> None:
    page.set_viewport_size({"width": 900, "height": 900})
    run = instant_api.post("/api/generate", {"topic": "SQL transactions"})
    token = instant_api.post(f"/api/runs/{run['run_id']}/share", {})["token"]
    exercise = instant_api.get(f"/api/play/{token}")
    told = Overheard(page)

    page.goto(f"{address}/?play={token}")
    sheet = page.get_by_role("group", name="The exercise: choose what is wrong")
    expect(sheet.get_by_role("button").first).to_be_visible()
    expect(page.get_by_role("button", name="Submit")).to_be_visible()
    assert_nothing_is_given_away(page, sheet, told, run)

    choose_one_right_one_wrong(page, sheet, exercise, run["assessment"]["errors"])
    page.get_by_role("button", name="Submit").click()
    assert_explained(page, run["assessment"]["errors"])

    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("0 pieces chosen")).to_be_visible()


def assert_nothing_is_given_away(
    page: Page, sheet: Locator, told: Overheard, run: dict[str, Any]
) -> None:
    said = told.said() + page.content().encode() + sheet.inner_html().encode()

    expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    assert run["assessment"]["title"].encode() in said
    assert not [word for word in secrets_of(run) if word.encode() in said]
    assert "<<" not in sheet.inner_text()


def choose_one_right_one_wrong(
    page: Page, sheet: Locator, exercise: dict[str, Any], errors: list[dict[str, Any]]
) -> None:
    """Choose a piece of the first error with the mouse, and one without error by keyboard."""
    first, wrong = errors[0], line_without_errors(exercise, errors)
    right = sheet.locator("div").nth(first["line"] - 1).get_by_role("button")
    right.get_by_text(piece_of(exercise, first["line"], first["id"]), exact=True).first.click()
    sheet.locator("div").nth(wrong).get_by_role("button").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 pieces chosen")).to_be_visible()
    picture(page, "choosing")


def assert_explained(page: Page, errors: list[dict[str, Any]]) -> None:
    expect(page.get_by_text(errors[0]["description"])).to_be_visible()
    expect(page.get_by_text(f"1 of {len(errors)}")).to_be_visible()
    expect(page.locator(".aq-played p.aq-bad")).to_have_count(1)
    expect(page.locator(".aq-played p.aq-warn")).to_have_count(len(errors) - 1)
    picture(page, "results")
    assert page.evaluate(HARD_TO_READ, 4.5) == []


def secrets_of(run: dict[str, Any]) -> list[str]:
    """Return what a student must not be told: what is wrong, its marks, and which run it is."""
    errors = run["assessment"]["errors"]
    texts = [error[name] for error in errors for name in ("description", "mistake")]
    return [*texts, *(f"<<{error['id']}" for error in errors), run["run_id"]]


def line_without_errors(exercise: dict[str, Any], errors: list[dict[str, Any]]) -> int:
    taken = {error["line"] for error in errors}
    lines = exercise["lines"]
    return next(
        at for at, line in enumerate(lines) if line["pieces"] and line["number"] not in taken
    )


def picture(page: Page, name: str) -> None:
    """Take a picture, if they are wanted."""
    if folder := os.environ.get("AQUMEN_PLAY_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
