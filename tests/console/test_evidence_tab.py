"""The judge's quotes, each highlighted in the answer they are from."""

import re
from collections.abc import Iterator
from html import unescape

from console.parts import Evidence, Quote
from console.views.evidence_tab import as_html
from console.wire import Step
from fakes.boards import board_of
from fakes.wholes import golden_events

WEAK = "f = open(path) # x < 1"
MID = "with open(path) as f:"
FOUND = (
    Evidence(
        mistake="Opens & leaves",
        mid="present",
        weak="present",
        mid_quote=Quote(start=0, end=15, text="with open(path)"),
        weak_quote=Quote(start=0, end=14, text="f = open(path)"),
    ),
    Evidence(
        mistake="Trusts the path",
        mid="present",
        weak="present",
        mid_quote=Quote(start=5, end=21, text="open(path) as f:"),
        weak_quote=Quote(start=9, end=22, text="path) # x < 1"),
    ),
    Evidence(mistake="Reads it whole", mid="absent", weak="missing"),
)


def marks(html: str) -> list[tuple[str, str, str]]:
    """Return what is marked: the findings it belongs to, the text, and the number that is shown."""
    drawn = r'<mark data-number="([^"]*)">([^<]*)<sup aria-label="finding ([^"]*)">\3</sup></mark>'
    return [(number, unescape(text), told) for number, text, told in re.findall(drawn, html)]


def text_of(html: str) -> str:
    """Return the answer without its marks."""
    (body,) = re.findall(
        r'<div class="aq-text aq-judged" tabindex="0">(.*?)</div>', html, re.DOTALL
    )
    return unescape(re.sub(r"<sup.*?</sup>|</?mark[^>]*>", "", body))


def test_quotes_that_overlap_are_marked_with_each_of_their_findings() -> None:
    weak, mid = as_html(FOUND, WEAK, weak=True), as_html(FOUND, MID, weak=False)

    assert marks(weak) == [
        ("1", "f = open(", "1"), ("1 2", "path)", "1, 2"), ("2", " # x < 1", "2")
    ]  # fmt: skip
    assert marks(mid) == [("1", "with ", "1"), ("1 2", "open(path)", "1, 2"), ("2", " as f:", "2")]
    assert (text_of(weak), text_of(mid)) == (WEAK, MID)


def test_a_finding_leads_to_its_words_where_it_has_any() -> None:
    html = as_html(FOUND, WEAK, weak=True)

    ways = re.findall(r'<button type="button" data-goes="(\d)"[^>]*>\1</button>', html)
    assert ways == ["1", "2"]
    assert "<li><i>3</i><div><strong>Reads it whole</strong>" in html
    assert "<strong>Opens &amp; leaves</strong>" in html


def test_an_answer_the_run_does_not_have_says_so() -> None:
    html = as_html(FOUND, "", weak=True)

    assert "This answer is not part of the run." in html
    assert "data-goes" not in html


def judged() -> Iterator[tuple[Step, Step, Step]]:
    """Yield the judgement of each attempt of the golden run, with both answers it is of."""
    cards = board_of(*golden_events()).cards
    for (attempt, number), card in cards.items():
        mid, weak = cards.get((attempt, 4)), cards.get((attempt, 5))
        if number == 6 and card.result and mid and mid.result and weak and weak.result:
            yield card.result, mid.result, weak.result


def test_every_quote_of_a_whole_run_is_marked_word_for_word() -> None:
    shown = 0
    for step, mid, weak in judged():
        for answer, is_weak in ((mid, False), (weak, True)):
            html = as_html(step.evidence, answer.response_full, weak=is_weak)
            for number, entry in enumerate(step.evidence, start=1):
                found = entry.weak_quote if is_weak else entry.mid_quote
                parts = [text for told, text, _ in marks(html) if str(number) in told.split()]
                assert "".join(parts) == (found.text if found else "")
                shown += found is not None

    assert shown >= 3
