import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.events import Quote
from aqumen.judging.evidence import verify
from aqumen.judging.folding import fold

QUESTION = "Write a function that clips the probability ratio at 0.2 in both directions."
FENCED = """Here is the result:

```python
def clip(ratio, eps=0.2):
    return min(max(ratio, 1 - eps), 1 + eps)
```
"""


def _found(quote: str, answer: str, question: str = QUESTION) -> str | None:
    place = verify(quote, answer, question)
    return None if place is None else place.text


def test_an_exact_quote_is_found_where_it_stands() -> None:
    answer = "First. The ratio is not clipped at all. Last."

    place = verify("The ratio is not clipped at all.", answer, QUESTION)

    assert place == Quote(start=7, end=39, text="The ratio is not clipped at all.")


def test_a_quote_over_lines_and_fences_is_found_with_its_own_white_space() -> None:
    quote = "def clip(ratio, eps=0.2): return min(max(ratio, 1 - eps)"

    assert _found(quote, FENCED) == (
        "def clip(ratio, eps=0.2):\n    return min(max(ratio, 1 - eps)"
    )
    assert _found(quote, FENCED.replace("\n", "\r\n")) == (
        "def clip(ratio, eps=0.2):\r\n    return min(max(ratio, 1 - eps)"
    )


def test_curly_quotes_and_decomposed_letters_do_not_hide_a_quote() -> None:
    answer = "On dit \u201cle cafe\u0301 est toujours ferme\u0301\u201d ici."

    assert _found('"le café est toujours fermé"', answer) == (
        "\u201cle cafe\u0301 est toujours ferme\u0301\u201d"
    )


def test_the_first_of_two_places_is_taken() -> None:
    answer = "the advantage is summed; again: the advantage is summed"

    place = verify("the advantage is summed", answer, QUESTION)

    assert place is not None
    assert place.start == 0


def test_a_whole_place_is_preferred_to_an_earlier_one_that_cuts_a_word() -> None:
    answer = "unsafe to interpolate here, but safe to interpolate there"

    place = verify("safe to interpolate", answer, QUESTION)

    assert place is not None
    assert place.start == answer.index("safe to interpolate there")


@pytest.mark.parametrize("quote", ["", "   ", "ratio", "x > 3 and y", "\n\t\n"])
def test_short_and_empty_quotes_show_nothing(quote: str) -> None:
    assert _found(quote, f"well, {quote} it is") is None


def test_a_quote_that_also_stands_in_the_question_shows_nothing() -> None:
    answer = "I was told to: clips the probability ratio at 0.2 in both directions."

    assert _found("clips the probability ratio at 0.2 in both directions", answer) is None
    assert _found("clips the probability ratio at 0.2, in both direction", answer) is None


def test_a_quote_that_stands_nowhere_but_in_the_question_shows_nothing() -> None:
    assert _found("clips the probability ratio at 0.2", "Something else entirely, done.") is None


def test_an_answer_s_own_words_count_though_they_begin_with_the_question_s() -> None:
    answer = "It clips the probability ratio at 0.2 in one direction only."

    assert _found("clips the probability ratio at 0.2 in one direction only", answer) is not None


@pytest.mark.parametrize(
    ("quote", "answer"),
    [
        ("the user input is safe to use", "here the user input is NOT safe to use anyway"),
        ("the user input is NOT safe to use", "here the user input is safe to use anyway"),
        ("safe to interpolate the value", "it is unsafe to interpolate the value here"),
        ("safe to interpolate the value", "it is not safe to interpolate the value here"),
        ("safe to interpolate the value", "it is not `safe to interpolate the value` here"),
        ("retry while attempts > 3 and wait", "retry while attempts > 8 and wait"),
        ("retry while attempts > 3", "retry while attempts > 30"),
        ("retry while attempts > 3", "retry while attempts > 3.5"),
        ("3 attempts and then give up", "13 attempts and then give up"),
        ("loop while index <= length - 1", "loop while index < length - 1"),
        ("loop while index <", "loop while index <= length"),
        ("total = first_value + second_value", "total = first_value - second_value"),
        ("order the rows by created_at first", "order the rows by created_on first"),
        ("the method is async in this library", "the method is sync in this library"),
        (
            "该方法在并发情况下是安全的可以直接使用它",
            "该方法在并发情况下是不安全的可以直接使用它",
        ),
    ],
)
def test_a_quote_that_says_something_else_is_not_found(quote: str, answer: str) -> None:
    assert _found(quote, answer) is None


@pytest.mark.parametrize(
    ("quote", "answer", "found"),
    [
        (
            "We recieve the token and store it in the session",
            "We receive the token and store it in the session.",
            "We receive the token and store it in the session",
        ),
        (
            "the mean of the group is subtracted from every reward",
            "Here the mean of group is subtracted from every reward, once.",
            "the mean of group is subtracted from every reward",
        ),
        (
            "The variable total is never reset between two batches",
            "The variable `total` is never reset between two batches",
            "The variable `total` is never reset between two batches",
        ),
    ],
)
def test_a_quote_with_a_slip_of_the_pen_is_found(quote: str, answer: str, found: str) -> None:
    assert _found(quote, answer) == found


def test_a_quote_with_something_left_out_is_not_found() -> None:
    answer = "The ratio is clipped from above, at 0.3, and then multiplied by the advantage."

    assert _found("The ratio is clipped ... multiplied by the advantage.", answer) is None


def test_chinese_quotes_need_no_spaces_around_them() -> None:
    answer = "我们认为该方法在并发情况下是安全的因此可以直接使用它来转账"

    assert _found("该方法在并发情况下是安全的因此可以直接使用", answer) is not None


_CODE = ["ratio", "clipped", "3", "8.5", "<=", ">", "x_1", "the", "`safe`", "**", "```", "it's"]
_ABROAD = ["caf\u00e9", "cafe\u0301", "\u5b89", "\u5168", "\u201cso\u201d", "\u0939\u093f"]
_PLAIN = st.sampled_from([*_CODE, *_ABROAD, "(a", "b)"])
_BETWEEN = st.sampled_from([" ", "  ", "\n", "\r\n", "\r\n\r\n", "\t", "\u00a0"])
_PIECES = st.lists(st.tuples(_PLAIN, _BETWEEN).map("".join), min_size=8, max_size=40)
_PROSE = st.lists(
    st.one_of(_PLAIN, _BETWEEN, st.sampled_from(["not", "NOT", "never", "un", "\u0301"])),
    max_size=40,
).map("".join)


@given(_PIECES, _PIECES, _PIECES)
def test_any_whole_words_of_an_answer_are_found_in_it(
    before: list[str], quoted: list[str], after: list[str]
) -> None:
    quote = "".join(quoted)

    place = verify(quote, "".join([*before, *quoted, *after]), "")

    if len(fold(quote).text.strip()) >= 15:
        assert place is not None
        assert fold(place.text).text == fold(quote).text.strip()
    else:
        assert place is None


@given(_PROSE, _PROSE, _PROSE)
def test_verifying_never_fails_and_never_invents(quote: str, answer: str, question: str) -> None:
    place = verify(quote, answer, question)

    if place is not None:
        assert answer[place.start : place.end] == place.text
        assert fold(place.text).text not in fold(question).text


@given(st.text(max_size=200), st.text(max_size=400))
def test_any_text_can_be_looked_for_in_any_other(quote: str, answer: str) -> None:
    place = verify(quote, answer, "")

    assert place is None or answer[place.start : place.end] == place.text
