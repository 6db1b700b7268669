"""A judge that makes words up, or takes them from elsewhere, changes nothing."""

from hypothesis import assume, given
from hypothesis import strategies as st

from aqumen.judging.differentiation import judged
from aqumen.judging.evidence import verify
from aqumen.judging.findings import Finding, Findings
from aqumen.material import Answer
from fakes.samples import CATALOG, QUESTION

WORDS = st.sampled_from(
    [
        "lock",
        "row",
        "balance",
        "read",
        "write",
        "twice",
        "retry",
        "later",
        "commit",
        "amount",
        "check",
    ]
)
SENTENCES = st.lists(WORDS, min_size=5, max_size=9).map(" ".join)
TEXTS = st.lists(SENTENCES, min_size=1, max_size=4).map(". ".join)
NOTHING = Findings(
    findings=tuple(
        Finding(mistake=entry.mistake, quote="", reason="Not there.", present="no")
        for entry in CATALOG
    ),
    quality_score=5,
)


def answer(text: str) -> Answer:
    return Answer(text=text, output=text, rationale="", considerations="")


def everything(quote: str) -> Findings:
    """A judge that finds every mistake, and quotes this."""
    return Findings(
        findings=tuple(
            Finding(mistake=entry.mistake, quote=quote, reason="See there.", present="yes")
            for entry in CATALOG
        ),
        quality_score=5,
    )


@given(TEXTS, TEXTS, st.one_of(SENTENCES, st.text(max_size=60)))
def test_a_quote_that_is_not_in_the_answer_differentiates_nothing(
    mid: str, weak: str, quote: str
) -> None:
    assume(verify(quote, weak, QUESTION.told()) is None)

    found = judged(CATALOG, QUESTION, (answer(mid), NOTHING), (answer(weak), everything(quote)))

    assert not found.verified
    assert {each.weak for each in found.evidence} == {"missing"}


@given(TEXTS, st.data())
def test_a_mistake_found_in_both_answers_tells_nothing_apart(
    text: str, data: st.DataObject
) -> None:
    quote = data.draw(st.sampled_from(text.split(". ")))
    assume(verify(quote, text, QUESTION.told()) is not None)
    both = (answer(text), everything(quote))

    assert not judged(CATALOG, QUESTION, both, both).verified
