import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.judging.names import key

NAME = "Averages the advantages over the whole batch"


@pytest.mark.parametrize(
    "written",
    [
        NAME,
        f"  {NAME.upper()}  ",
        f"3. {NAME}",
        f"3) {NAME}.",
        f"- {NAME}",
        f'"{NAME}."',
        NAME.replace(" ", "\n  "),
    ],
)
def test_writings_of_one_name_have_the_same_key(written: str) -> None:
    assert key(written) == key(NAME)


def test_names_that_differ_in_a_word_have_different_keys() -> None:
    assert key(NAME) != key(NAME.replace("batch", "group"))


@given(st.text())
def test_every_text_has_a_key(name: str) -> None:
    assert key(name) == key(f"  {name}\n")
