import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.steps import words


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("  ?! ", 0), ("one", 1), ("two words", 2), ("off-by-one", 3), ("don't stop", 2),
     ("x = 3", 2), ("行级锁定", 2), ("锁", 0), ("हिन्दी में", 2)],
)  # fmt: skip
def test_words_are_counted(text: str, count: int) -> None:
    assert words.count(text) == count


def test_content_words_are_folded_singular_and_without_stop_words() -> None:
    assert words.content("The Gradients of the policies are in classes and boxes") == {
        *("gradient", "policy", "class", "box"),
    }


def test_identifiers_are_the_words_they_are_made_of() -> None:
    assert words.content("max_grad_norm clipValue(x)") == {"max", "grad", "norm", "clip", "value"}


def test_unspaced_scripts_give_pairs_of_characters() -> None:
    assert words.content("事务隔离 级别") == {"事务", "务隔", "隔离", "级别"}


@given(st.text())
def test_content_does_not_depend_on_case_for_plain_letters(text: str) -> None:
    ascii_only = "".join(char for char in text if char.isascii() and not char.isalpha())

    assert words.content(f"locks {ascii_only}") == words.content(f"LOCKS {ascii_only}")
