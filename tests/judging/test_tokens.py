from hypothesis import given
from hypothesis import strategies as st

from aqumen.judging.tokens import tokens


def _texts(text: str) -> list[str]:
    return [token.text for token in tokens(text)]


def test_words_numbers_and_operators_are_tokens() -> None:
    assert _texts("if x<=3.5: don't") == ["if", "x", "<=", "3.5", ":", "don't"]


def test_numbers_keep_their_exponents_and_points() -> None:
    assert _texts("1e-4, 0x1F, 1,000 and 2.") == [
        *("1e", "-", "4", ",", "0x1F", ",", "1,000", "and", "2", "."),
    ]


def test_identifiers_stay_whole() -> None:
    assert _texts("max_grad_norm.item(clipValue2)") == [
        *("max_grad_norm", ".", "item", "(", "clipValue2", ")"),
    ]


def test_scripts_without_spaces_give_one_token_a_character() -> None:
    assert _texts("不安全 code") == ["不", "安", "全", "code"]


def test_marks_belong_to_their_word() -> None:
    assert _texts("हिन्दी में") == ["हिन्दी", "में"]


@given(st.text())
def test_tokens_and_white_space_are_the_whole_text(text: str) -> None:
    found = list(tokens(text))

    assert "".join(token.text for token in found) == "".join(text.split())
    assert all(text[token.start : token.end] == token.text for token in found)
