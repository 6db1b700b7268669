"""What events are made of: values that tolerate fields they do not know."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Frozen, and read from whatever has the fields it needs."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Usage(Value):
    """Tokens as the model service counted them."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    @property
    def total(self) -> int:
        """All tokens, cached ones included."""
        return (
            self.input_tokens
            + self.output_tokens
            + self.cache_read_tokens
            + self.cache_write_tokens
        )

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
        )


class Check(Value):
    """One thing the pipeline looked at in an answer."""

    name: str
    passed: bool
    detail: str = ""


class Quote(Value):
    """A verified place in an answer: its characters from `start` to `end`."""

    start: int = 0
    end: int = 0
    text: str = ""


class Said(Value):
    """What one of two judges says of a mistake: `present`, `absent` or `missing`."""

    presence: str = "missing"
    quote: Quote | None = None
    reason: str = ""


class Reading(Said):
    """What one judged answer shows of one mistake."""

    mistake: str
    judges: tuple[Said, ...] = ()
    """Of each of two judges; empty where there is one."""
    disputed: bool = False
    """Whether it is missing because the judges contradict each other."""

    @property
    def outcome(self) -> str:
        """What it shows, with a dispute called one."""
        return "disputed" if self.disputed else self.presence

    @property
    def shown(self) -> Quote | None:
        """The words that show it, to both judges or to one of them."""
        found = (said.quote for said in self.judges if said.quote is not None)
        return self.quote or next(found, None)


class Evidence(Value):
    """What is known of one mistake after both answers were judged.

    `mid` and `weak` are `present`, `absent` or `missing`.
    """

    mistake: str
    mid: str = "missing"
    weak: str = "missing"
    mid_quote: Quote | None = None
    weak_quote: Quote | None = None
    mid_reason: str = ""
    weak_reason: str = ""
    mid_judges: tuple[Said, ...] = ()
    weak_judges: tuple[Said, ...] = ()
    mid_disputed: bool = False
    weak_disputed: bool = False

    @property
    def in_mid(self) -> Reading:
        """What the mid-tier answer shows of it."""
        return Reading(
            mistake=self.mistake,
            presence=self.mid,
            quote=self.mid_quote,
            reason=self.mid_reason,
            judges=self.mid_judges,
            disputed=self.mid_disputed,
        )

    @property
    def in_weak(self) -> Reading:
        """What the weak-tier answer shows of it."""
        return Reading(
            mistake=self.mistake,
            presence=self.weak,
            quote=self.weak_quote,
            reason=self.weak_reason,
            judges=self.weak_judges,
            disputed=self.weak_disputed,
        )

    @property
    def separates(self) -> bool:
        """Whether the weak answer makes it and the mid-tier one does not."""
        return self.weak == "present" and self.mid == "absent"


class Agreement(Value):
    """How often two judges say the same, of what both have a clear word on."""

    same: int = 0
    counted: int = 0
    share: float | None = None
    lower: float | None = None
    upper: float | None = None
    kappa: float | None = None


class Accuracy(Value):
    """What a judge makes of mistakes of which people say whether they were made."""

    made: int = 0
    found: int = 0
    avoided: int = 0
    cleared: int = 0


class Corrected(Value):
    """How often each model avoids a mistake, allowed for the judge's errors; bounds of 95 %."""

    p_mid: float
    p_mid_lower: float
    p_mid_upper: float
    p_weak: float
    p_weak_lower: float
    p_weak_upper: float
    accuracy: Accuracy = Accuracy()


class Rates(Value):
    """How often each model avoids a mistake, and the one-sided bounds of it; `d` is how far apart.

    None where no answer says anything about it.
    """

    p_mid: float | None = None
    p_mid_lower: float | None = None
    p_mid_upper: float | None = None
    p_weak: float | None = None
    p_weak_lower: float | None = None
    p_weak_upper: float | None = None
    d: float | None = None
    lower: float | None = None
    upper: float | None = None
    agreement: Agreement | None = None
    """Of two judges; None where there is one."""


class Measured(Rates):
    """The mistake a ruling is about; `confidence` is that of each bound."""

    mistake: str = ""
    confidence: float | None = None


class Call(Value):
    """One answered model call."""

    model: str = ""
    label: str = ""
    prompt: str = ""
    response: str = ""
    started_at: str = ""
    duration_seconds: float = 0.0
    first_token_seconds: float | None = None
    usage: Usage = Usage()
    cost_usd: float = 0.0
    cost_estimated: bool = False
    stop_reason: str = ""
    tries: int = 1


class Span(Value):
    """One error of an assessment; `id` is the exact text between `<<` and `>>`."""

    id: str
    description: str = ""
    mistake: str = ""
    line: int = 0


class Assessment(Value):
    """The exercise, its spans marked with `<<` and `>>`."""

    title: str = ""
    difficulty: str = ""
    content_type: str = "code"
    code: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    errors: tuple[Span, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines, under whichever name they came."""
        return self.content or self.code


class Metadata(Value):
    """What a result rests on and what it cost."""

    subtopic: str | None = None
    difficulty: str | None = None
    weak_model_failures: tuple[str, ...] = ()
    evidence: str | None = None
    corrected: Corrected | None = None
    agreement: Agreement | None = None
    """Of two judges, over all findings of the run."""
    simulated: bool = False
    usage: Usage = Usage()
    cost_usd: float = 0.0
    cost_estimated: bool = False
    model_calls: int = 0
    duration_seconds: float = 0.0
