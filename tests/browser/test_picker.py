"""What brings the step of a link into view, in a page of its own."""

from playwright.sync_api import Page

from fakes.processes import ROOT

PICKER = (ROOT / "frontend-dev" / "console" / "views" / "picker.js").read_text("utf-8")
CARDS = "".join(
    f'<div class="st-key-{name}" style="margin: 3000px 0">'
    '<p data-testid="stElementContainer">A step</p></div>'
    for name in ("one-run", "another-run", "its-next-step")
)
DRAWN = """async ([code, all]) => {
  const { default: draw } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const seen = () => [...document.querySelectorAll("p")].findIndex((each) => {
    const { top, bottom } = each.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  });
  return all.map(([of, shows]) => {
    draw({ data: { html: "", of, shows }, parentElement: document.body, setTriggerValue() {} });
    return seen();
  });
}"""


def test_a_step_that_is_linked_to_is_brought_into_view_once_for_each_run(page: Page) -> None:
    page.set_content(f"<body>{CARDS}</body>")
    told = [("1", "one-run"), ("2", "another-run"), ("2", "its-next-step"), ("1", "one-run")]

    assert page.evaluate(DRAWN, [PICKER, told]) == [0, 1, 1, 0]
