"""What the judge says about one answer."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Finding(_Value):
    """The judge's word on one entry of the catalog."""

    mistake: str
    """The entry's name, as the catalog has it."""
    quote: str
    """What the judge says it read in the answer; not verified."""
    reason: str
    present: Literal["yes", "no", "unsure"]


class Findings(_Value):
    """The judge's word on one answer."""

    findings: tuple[Finding, ...]
    quality_score: int
    """1 (useless) to 10 (excellent), of the answer as a whole."""
