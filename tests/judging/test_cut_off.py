"""What a quote leaves out in front of itself may turn it into its opposite."""

import pytest

from aqumen.judging.evidence import verify

QUESTION = "Write a function that stores the user's name."
SAID = "safe to interpolate the name"
CALL = 'cursor.execute(f"INSERT {name}")'
UNSEEN = ["\u200b", "\u2060", "\u00ad", "\ufeff", "\u202e"]


@pytest.mark.parametrize("unseen", UNSEEN)
@pytest.mark.parametrize("negation", ["not{} ", "not {}", "no{}t "])
def test_signs_that_nobody_sees_do_not_hide_a_negation(negation: str, unseen: str) -> None:
    assert verify(SAID, f"It is {negation.format(unseen)}{SAID}.", QUESTION) is None


@pytest.mark.parametrize("unseen", UNSEEN)
def test_signs_that_nobody_sees_do_not_hide_words_or_make_new_ones(unseen: str) -> None:
    answer = f"It is sa{unseen}fe to {unseen}interpolate the name."
    place = verify(SAID, answer, QUESTION)

    assert place is not None
    assert place.text == f"sa{unseen}fe to {unseen}interpolate the name"
    copied = f"Wr{unseen}ite a function that stores"
    assert verify(copied, f"I shall: {copied}.", QUESTION) is None


@pytest.mark.parametrize(
    ("before", "quote"),
    [
        ("It is _not_ ", SAID),
        ("It is __not__ ", SAID),
        ("We dont ", "escape the name that users give"),
        ("We don\u02bct ", "escape the name that users give"),
        ("We don\uff07t ", "escape the name that users give"),
        ("We don\u00b4t ", "escape the name that users give"),
        ("It is a non-", "thread-safe counter of names"),
        ("if (!", "is_valid(token, secret)"),
        ("It ends at -", "3 degrees below the last one"),
        ("\u274c ", "Interpolate the name into SQL"),
        ("Do not\n", "interpolate the name into SQL"),
    ],
)
def test_a_quote_that_begins_behind_its_negation_shows_nothing(before: str, quote: str) -> None:
    assert verify(quote, f"{before}{quote}, they say.", QUESTION) is None


def test_a_cross_is_no_tick() -> None:
    said = "interpolate the name into SQL"

    assert verify(f"\u2705 {said}", f"We say: \u274c {said}", QUESTION) is None


@pytest.mark.parametrize(
    "before",
    [
        "if not name:\n    return None\n",
        "found = None\r\n\r\n",
        "Validated: no\n\n",
        "* Validated: no\n* ",
        "- Validated: no\r\n- ",
        "1. Validated: no\n2. ",
    ],
)
def test_a_negation_that_ends_its_own_line_or_item_negates_nothing_below(before: str) -> None:
    place = verify(CALL, f"{before}{CALL}\n", QUESTION)

    assert place is not None
    assert place.text == CALL
