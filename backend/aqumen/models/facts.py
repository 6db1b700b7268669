"""What can be known about a model."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from aqumen.events import Usage

_THINKING_TOKENS = 8192
"""Room on top of the answer's for a model that thinks before it writes."""


class Facts(BaseModel):
    """Read from a file, in which nothing may be said that is not known here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Prices(Facts):
    """USD per million tokens."""

    input: Dollars
    output: Dollars
    cache_read: Dollars
    cache_write: Dollars

    def times(self, factor: float) -> "Prices":
        """Return the same prices with a surcharge."""
        return Prices(
            input=self.input * factor,
            output=self.output * factor,
            cache_read=self.cache_read * factor,
            cache_write=self.cache_write * factor,
        )

    def of(self, usage: Usage) -> float:
        """Return what the tokens cost, in USD."""
        return (
            self.input * usage.input_tokens
            + self.output * usage.output_tokens
            + self.cache_read * usage.cache_read_tokens
            + self.cache_write * usage.cache_write_tokens
        ) / 1_000_000


class ModelFacts(Facts):
    """What is known about one model; an unknown one is trusted with everything."""

    name: str
    """For people; the id itself where the model is unknown."""
    prices: Prices | None = None
    """With the endpoint's surcharge in it."""
    end_of_life: date | None = None
    forced_tool: bool = True
    """Whether it can be made to answer through a tool."""
    temperature: bool = True
    """Whether a request may set it."""
    thinking_by_default: bool = False
    max_output_tokens: int | None = Field(default=None, ge=1)
    cache_floor: int | None = Field(default=None, ge=0)
    """Tokens a prompt needs to be cached; below, asking for it does nothing. None: not known."""

    @property
    def priced(self) -> bool:
        """Whether calls can be given a price."""
        return self.prices is not None

    def most_tokens(self, answer: int) -> int:
        """Return how many tokens may be written for an answer of so many, thoughts included."""
        tokens = answer + (_THINKING_TOKENS if self.thinking_by_default else 0)
        return min(tokens, self.max_output_tokens or tokens)
