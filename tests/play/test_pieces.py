"""Lines are cut into pieces that say nothing of what is wrong in them."""

from hypothesis import example, given
from hypothesis import strategies as st

from aqumen.play.pieces import LONGEST, pieces

LINES = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@given(LINES)
@example("")
@example("    return rewards - rewards.mean(dim=0)")
@example("\N{GRINNING FACE}" * 40)
@example("e\N{COMBINING ACUTE ACCENT}" * 40)
@example("a\r\nb\r\n")
def test_each_letter_is_in_one_piece_and_none_begins_or_ends_with_a_blank(line: str) -> None:
    found = pieces(line)

    covered = [at for start, end in found for at in range(start, end)]
    assert covered == sorted(set(covered))
    assert {at for at, letter in enumerate(line) if not letter.isspace()} <= set(covered)
    for start, end in found:
        assert line[start:end] == line[start:end].strip() != ""


@given(
    st.text(st.sampled_from("ab ,.(\N{COMBINING ACUTE ACCENT}\N{ZERO WIDTH JOINER}"), max_size=150)
)
def test_no_piece_begins_inside_a_letter(line: str) -> None:
    for start, _ in pieces(line):
        before = line[start - 1 : start]
        assert not before or before.isspace() or line[start] in "ab ,.("


def test_long_words_are_cut_and_short_ones_put_together() -> None:
    found = pieces("x = sum(values) / len(values) + " + "configuration." * 10)
    lengths = [end - start for start, end in found]

    assert lengths[0] >= 12
    assert max(lengths) <= LONGEST
    assert max(end for _, end in pieces("x" * 100_000)) == 100_000
