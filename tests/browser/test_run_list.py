"""Rows of the list of runs that stay the same stay where they are, in a page of their own."""

from playwright.sync_api import Page

from fakes.processes import ROOT

VIEWS = ROOT / "frontend-dev" / "console" / "views"
DRAWN = """async ([code, lists]) => {
  const { default: draw } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const removed = [];
  new MutationObserver((all) => all.forEach((each) => removed.push(...each.removedNodes)))
    .observe(document.querySelector("tbody"), { childList: true });
  const topics = [];
  for (const rows of lists) {
    draw({ data: { rows, chosen: [], turn: 1 }, parentElement: document.body });
    topics.push([...document.querySelectorAll("tbody a")].map((each) => each.textContent).join(""));
    await new Promise(requestAnimationFrame);
  }
  return [topics, removed.map((row) => row.querySelector("a").textContent).join("")];
}"""


def row(topic: str, asked: str = "just now") -> dict[str, object]:
    return {
        "id": topic,
        "href": f"./?run={topic}",
        "title": topic,
        "topic": topic,
        "about": [],
        "status": ["Question ready", "good"],
        "facts": ["", "1", "$0.1", "1 s", asked],
        "created": "2026-11-30",
    }


def test_a_row_that_stays_the_same_stays_the_element_it_is(page: Page) -> None:
    page.set_content((VIEWS / "run_list.html").read_text("utf-8"))
    a, b, c = row("a"), row("b"), row("c")
    lists = [[a, b, c], [b], [c, b], [c, row("b", "1 min ago")], [a, b, c]]

    topics, removed = page.evaluate(DRAWN, [(VIEWS / "run_list.js").read_text("utf-8"), lists])

    assert topics == ["abc", "b", "cb", "cb", "abc"]
    # `b` once for what it says, and once more for what it said before.
    assert removed == "acbb"
