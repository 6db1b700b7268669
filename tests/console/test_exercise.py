"""Assessments as HTML: spans are found, and nothing of theirs is markup."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from console.exercise import as_html, explanations_html, pieces, unmarked
from console.parts import Assessment, Span

ALLOWED = {"div", "i", "b", "code", "mark", "sup", "small"}


class Reader(HTMLParser):
    """Collects the tags and the text of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"class", "aria-label"}

    def handle_data(self, data: str) -> None:
        self.text += data


def exercise(*lines: str, errors: tuple[str, ...] = (), content_type: str = "code") -> Assessment:
    spans = tuple(Span(id=each, description=f"{each} is wrong", line=1) for each in errors)
    return Assessment(title="T", content_type=content_type, content=lines, errors=spans)


def test_a_span_becomes_a_numbered_mark() -> None:
    html = as_html(exercise("a = <<1 + 1>>;", errors=("other", "1 + 1")), marked=True)

    assert '<mark>1 + 1<sup aria-label="error 2">2</sup></mark>' in html
    assert "<<" not in Reader(html).text


def test_the_student_sees_neither_marks_nor_markers() -> None:
    html = as_html(exercise("a = <<1 + 1>>;", errors=("1 + 1",)), marked=False)

    assert "mark" not in Reader(html).tags
    assert Reader(html).text == "1a = 1 + 1;"


def test_a_span_no_error_names_is_plain_text() -> None:
    assert [piece.number for piece in pieces("x <<y>> z", ())] == [None, None, None]


def test_prose_has_no_line_numbers() -> None:
    html = as_html(exercise("One.", "", "Two.", content_type="prose"), marked=True)

    assert 'class="aq-prose"' in html
    assert Reader(html).text == "One.Two."


def test_the_text_without_marks_can_be_copied() -> None:
    assert unmarked(exercise("a <<b>>", "c")) == "a b\nc"


def test_explanations_name_span_line_and_mistake() -> None:
    span = Span(id="<i>", description="a & b", mistake="M", line=3)

    html = explanations_html(Assessment(errors=(span,)))

    assert Reader(html).text == "1<i> line 3a & bM"
    assert explanations_html(Assessment()) == ""


@given(st.lists(st.text(st.sampled_from("<>&\"'/ab=![]()\n"), max_size=30), max_size=5))
def test_whatever_a_model_writes_is_text(lines: list[str]) -> None:
    shown = exercise(*lines, errors=tuple(lines))

    for html in (as_html(shown, marked=True), explanations_html(shown)):
        assert Reader(html).tags <= ALLOWED
