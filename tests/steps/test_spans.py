import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aqumen.steps import spans
from fakes.samples import SITE

_PIECES = st.sampled_from(
    [
        "<<",
        ">>",
        "<",
        ">",
        "<<<",
        ">>>",
        "marked text",
        "a",
        " ",
        "<<marked text>>",
        "\n",
        "=",
        "->",
    ]
)
LINES = st.lists(
    st.one_of(st.lists(_PIECES, max_size=8).map("".join), st.text("<>ab \r\u2028", max_size=12)),
    max_size=4,
).map(tuple)


@given(LINES)
@example(("<<<abc>>>",))
@example(("a << b <<marked text>> c",))
@example(("<<a>>>",))
@example(("<<a<b>>",))
@example(("<<<a>><b>>",))
@example(("<<<<a>>>>",))
def test_where_nothing_is_stray_the_site_finds_the_same_spans(lines: tuple[str, ...]) -> None:
    if any(spans.stray_markers(lines)):
        return

    ours = [(span.text, span.line) for span in spans.marked(lines)]

    assert ours == [(found, n) for n, line in enumerate(lines, 1) for found in SITE.findall(line)]
    assert [text for text, _ in ours] == SITE.findall("\n".join(lines))


@pytest.mark.parametrize(
    "line",
    [
        "x = y << 3",
        "std::cout << total",
        "vector<vector<int>> rows",
        "cat <<EOF",
        ">>> print(total)",
        "<<left open",
        "<<a < b and so on>>",
        "<<a > b and so on>>",
        "<<<three of them>>>",
        "<<one span>>>",
        "<<>>",
    ],
)
def test_markers_outside_of_whole_spans_are_stray(line: str) -> None:
    (told,) = spans.stray_markers(("fine", line))

    assert told.startswith("Line 2 ")


@pytest.mark.parametrize(
    "line", ["a < b > c", "f -> int", "<<one span here>> and <<another span>>", "x > <<a span>>"]
)
def test_single_signs_and_whole_spans_are_fine(line: str) -> None:
    assert not list(spans.stray_markers((line,)))


def test_a_marked_text_that_stands_elsewhere_too_is_repeated() -> None:
    lines = ("return total_sum", "<<return total_sum>>", "<<aaaaaaaaaa>>a", "<<only once here>>")

    told = list(spans.repeated(spans.marked(lines), lines))

    assert len(told) == 2
    assert '"return total_sum"' in told[0]
    assert '"aaaaaaaaaa"' in told[1]


def test_a_span_has_ten_to_a_hundred_and_twenty_characters_and_no_blank_ends() -> None:
    lines = ("<<123456789>>", f"<<{'x' * 121}>>", "<< 1234567890>>", "<<1234567890>>")

    told = list(spans.misshapen(spans.marked(lines)))

    assert [line.rpartition(" on line ")[2][0] for line in told] == ["1", "2", "3"]
