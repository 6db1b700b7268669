import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from aqumen.judging.folding import fold

_SINGLE = "\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc\uff07"
_DOUBLE = "\u201c\u201d\u201e\u201f\u2033"
_STRAIGHT = str.maketrans(dict.fromkeys(_SINGLE, "'") | dict.fromkeys(_DOUBLE, '"'))
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
_ACCENTS = "aeouAnq=<\u0301\u0308\u0327\u0338\u0345\u0f71\u0f72\u0f73\u0344"
_JAMO = "\u1100\u1161\u11a8\uac00\u09c7\u09be\u0b47\u0b3e"
TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(_ACCENTS + _JAMO + " \t\r\n\u200b\u00ad\ufeff" + _SINGLE + _DOUBLE),
    )
)


@given(TEXTS)
@example("\u0f73\u0338")
@example("=\u0f73\u0338")
@example(" \u0301x")
def test_folding_is_nfc_with_straight_quotes_and_single_spaces(text: str) -> None:
    folded = fold(text)

    seen = _UNSEEN.sub("", unicodedata.normalize("NFC", text).translate(_STRAIGHT))
    plain = re.sub(r"\s+", " ", seen)
    assert folded.text == plain


@given(TEXTS, st.data())
def test_the_place_of_a_piece_holds_what_folds_to_that_piece(
    text: str, data: st.DataObject
) -> None:
    folded = fold(text)
    cuts = [place for place in range(len(folded.text) + 1) if folded.cuts_at(place)]
    start, end = sorted((data.draw(st.sampled_from(cuts)), data.draw(st.sampled_from(cuts))))
    if start == end:
        return

    first, last = folded.place(start, end)

    assert fold(text[first:last]).text == folded.text[start:end]


@given(TEXTS)
def test_places_run_through_the_whole_text(text: str) -> None:
    folded = fold(text)

    assert list(folded.starts) == sorted(folded.starts)
    if folded.text:
        first, last = folded.place(0, len(folded.text))
        assert not _UNSEEN.sub("", text[:first] + text[last:])


def test_line_ends_of_all_kinds_fold_alike() -> None:
    assert fold("a\r\n  b").text == fold("a\nb").text == fold("a b").text


def test_a_letter_and_its_accent_fold_to_one_and_keep_their_place() -> None:
    folded = fold("cafe\u0301 noir")

    assert folded.text == "café noir"
    assert folded.place(3, 4) == (3, 5)
