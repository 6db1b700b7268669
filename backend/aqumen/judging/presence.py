"""Whether one answer makes one mistake, as far as the evidence goes."""

from dataclasses import dataclass

from aqumen.events import Presence, Quote, Said
from aqumen.material import Answer, Question

from .evidence import verify
from .findings import Finding, Findings
from .names import key


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one mistake in one answer."""

    presence: Presence
    quote: Quote | None = None
    """There is one exactly where the mistake is present."""
    reason: str = ""
    judges: tuple[Said, ...] = ()
    """Of each of two judges; empty where there is one."""
    disputed: bool = False
    """Whether one judge shows the mistake and the other finds none."""

    @property
    def said(self) -> Said:
        """It, as the word of one judge among two."""
        return Said(presence=self.presence, quote=self.quote, reason=self.reason)


_UNKNOWN = Seen("missing")


def seen(mistake: str, findings: Findings | None, answer: Answer, question: Question) -> Seen:
    """Return what the findings show of a mistake; None stands for an answer without a judgement.

    Present is a yes with words that stand in the answer; absent is a no; all else is missing,
    several findings that do not agree included.
    """
    if findings is None:
        return _UNKNOWN
    wanted = key(mistake)
    told = [
        _shown(finding, answer, question)
        for finding in findings.findings
        if key(finding.mistake) == wanted
    ]
    if len({each.presence for each in told}) > 1:
        return Seen("missing", reason=" ".join(each.reason for each in told))
    return told[0] if told else _UNKNOWN


def _shown(finding: Finding, answer: Answer, question: Question) -> Seen:
    if finding.present == "no":
        return Seen("absent", reason=finding.reason)
    quote = None
    if finding.present == "yes":
        quote = verify(finding.quote, answer.text, question.told())
    return Seen("present" if quote else "missing", quote, finding.reason)
