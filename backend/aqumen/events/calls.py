"""What a model call took and gave."""

from .vocabulary import Timestamp, Value


class Usage(Value):
    """Tokens of one or more model calls, as the service counted them."""

    input_tokens: int = 0
    """Without those read from or written to the prompt cache."""
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
        )


class Check(Value):
    """One thing code looked at in an answer."""

    name: str
    """A snake_case name, stable over releases."""
    passed: bool
    detail: str = ""
    """What is wrong, in words the model can act on; empty when passed."""


class Call(Value):
    """One answered model call."""

    model: str
    label: str
    """Which of a step's calls this is, for people: `Answer A`, or the step's description."""
    prompt: str
    response: str
    """The text, or the tool's input as JSON."""
    started_at: Timestamp
    duration_seconds: float
    """Wall time of the try that was answered."""
    first_token_seconds: float | None
    usage: Usage
    cost_usd: float
    cost_estimated: bool = False
    stop_reason: str
    tries: int = 1
    """How many tries it took; those that failed are `retry` events."""
    used_tool: bool = False
    """Whether `response` came as the tool's input, and could be read as an object."""
