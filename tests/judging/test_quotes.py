"""What a quote is found in, and what it is not: one property a way in which a quote can differ."""

import unicodedata
from typing import Literal

from hypothesis import assume, given
from hypothesis import strategies as st

from aqumen.judging.differentiation import judged
from aqumen.judging.evidence import SHORTEST, verify
from aqumen.judging.findings import Finding, Findings
from aqumen.judging.folding import fold
from aqumen.material import Answer
from aqumen.steps.judgement import Judgement
from aqumen.templates import Prompts
from fakes.samples import CATALOG, QUESTION

LOCKS = ["lock", "row", "balance", "read", "write", "retry", "commit", "amount", "transfer"]
FRUIT = ["apple", "cherry", "lemon", "papaya", "quince", "raspberry", "melon"]
ABROAD = ["caf\u00e9", "na\u00efve", "gr\u00f6\u00dfe", "привет", "हिन्दी", "データ", "한국어"]


def sentences(words: list[str]) -> st.SearchStrategy[str]:
    """Four to eight words: long enough for a quote."""
    return st.lists(st.sampled_from(words), min_size=4, max_size=8).map(" ".join)


AROUND = sentences(LOCKS)
QUOTED = sentences(FRUIT)
"""Of other words than what stands around it."""
LINES = st.lists(QUOTED, min_size=2, max_size=5)
FORMS: list[Literal["NFC", "NFD"]] = ["NFC", "NFD"]


def found(quote: str, answer: str, question: str = "") -> str | None:
    """Return the words that were found, which stand in the answer as they are."""
    place = verify(quote, answer, question)
    if place is None:
        return None
    assert answer[place.start : place.end] == place.text
    return place.text


@given(sentences(ABROAD), AROUND, AROUND, *[st.sampled_from(FORMS)] * 2)
def test_unicode_is_found_however_its_letters_are_composed(
    quote: str, before: str, after: str, ours: Literal["NFC", "NFD"], theirs: Literal["NFC", "NFD"]
) -> None:
    assume(len(fold(quote).text) >= SHORTEST)
    answer = unicodedata.normalize(theirs, f"{before} \u201c{quote}\u201d {after}")

    assert found(unicodedata.normalize(ours, quote), answer) == unicodedata.normalize(theirs, quote)


@given(LINES, AROUND, AROUND, *[st.sampled_from(["\n", "\r\n", "\r", "\r\n\r\n"])] * 2)
def test_crlf_in_the_quote_or_in_the_answer_hides_nothing(
    lines: list[str], before: str, after: str, ours: str, theirs: str
) -> None:
    answer = theirs.join([before, *lines, after])

    assert found(ours.join(lines), answer) == theirs.join(lines)


@given(LINES, AROUND, AROUND, st.sampled_from(["", "python", "sql"]), st.booleans())
def test_words_in_markdown_fences_are_found_with_the_fences_and_without(
    lines: list[str], before: str, after: str, language: str, indented: bool
) -> None:
    code = ("\n    " if indented else "\n").join(lines)
    fenced = f"```{language}\n{code}\n```"
    answer = f"{before}\n\n{fenced}\n{after}"

    assert found(" ".join(lines), answer) == code
    assert found(fenced, answer) == fenced


@given(QUOTED, AROUND, AROUND, AROUND)
def test_a_quote_that_stands_twice_is_found_where_it_stands_first(
    quote: str, before: str, between: str, after: str
) -> None:
    answer = f"{before}: {quote}. {between}: {quote}. {after}"

    place = verify(quote, answer, "")

    assert place is not None
    assert (place.start, place.end) == (len(before) + 2, len(before) + 2 + len(quote))


def asked(answer: str) -> str:
    """Return all that a judge of an answer is shown."""
    judgement = Judgement(
        "SQL", QUESTION, Answer(text=answer, output="", rationale="", considerations=""), CATALOG
    )
    ask = judgement.ask()
    return Prompts.shipped()[ask.template].fill({**ask.values, "key": "0123456789"})


PROMPT = asked("")


@given(st.integers(0, len(PROMPT)), st.integers(SHORTEST, 200), QUOTED)
def test_words_that_stand_only_in_the_prompt_are_not_found(
    start: int, length: int, answer: str
) -> None:
    quote = PROMPT[start : start + length]

    assert found(quote, answer, QUESTION.told()) is None


@given(st.sampled_from([*QUESTION.requirements, QUESTION.question_text]), QUOTED, QUOTED)
def test_words_of_the_question_show_nothing_though_the_answer_repeats_them(
    quote: str, before: str, after: str
) -> None:
    assert found(quote, f"{before}. {quote} {after}", QUESTION.told()) is None
    assert found(quote, f"{before}. {quote} {after}", "") is not None


NOTHING = st.text(st.sampled_from(" \t\r\n\u00a0\u200b\ufeff-*_#|`.,:;()[]'\"\u2014"), max_size=60)


@given(NOTHING, AROUND, AROUND)
def test_an_empty_quote_and_one_without_a_word_show_nothing(
    quote: str, before: str, after: str
) -> None:
    assert found(quote, f"{before} {quote} {after}") is None


def says(present: Literal["yes", "no"], quote: str = "") -> Findings:
    """Of every entry the same."""
    return Findings(
        findings=tuple(
            Finding(mistake=entry.mistake, quote=quote, reason="See there.", present=present)
            for entry in CATALOG
        ),
        quality_score=5,
    )


@given(LINES, st.lists(AROUND, min_size=1, max_size=5), st.data())
def test_a_quote_from_the_other_answer_shows_nothing(
    mid: list[str], weak: list[str], data: st.DataObject
) -> None:
    quote = data.draw(st.sampled_from(mid))
    answers = [
        Answer(text="\n".join(each), output="", rationale="", considerations="")
        for each in (mid, weak)
    ]

    of = judged(CATALOG, QUESTION, (answers[0], says("no")), (answers[1], says("yes", quote)))

    assert not of.differentiated
    assert {each.weak for each in of.evidence} == {"missing"}
    assert verify(quote, answers[0].text, QUESTION.told()) is not None


@given(QUOTED, st.sampled_from(["not", "NOT", "never", "without", "no", "nicht"]), st.data())
def test_a_negation_put_in_or_taken_out_is_never_overlooked(
    said: str, negation: str, data: st.DataObject
) -> None:
    words = said.split()
    place = data.draw(st.integers(0, len(words) - 1))
    negated = " ".join([*words[:place], negation, *words[place:]])

    assert found(negated, said) is None
    assert found(said, negated) is None


@given(
    st.lists(st.sampled_from([*FRUIT, "12", "3.50", "1e-4", "x_1", "v2"]), min_size=6), st.data()
)
def test_a_changed_digit_is_never_overlooked(words: list[str], data: st.DataObject) -> None:
    said = " ".join([*words, "after 30 of 100 tries"])
    place = data.draw(st.sampled_from([n for n, char in enumerate(said) if char.isdigit()]))
    digit = data.draw(st.sampled_from(sorted(set("0123456789") - {said[place]})))
    changed = f"{said[:place]}{digit}{said[place + 1 :]}"

    assert found(said, changed) is None
    assert found(said, said) == said
