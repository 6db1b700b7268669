"""The settings that a run is held to from its beginning to its end."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from aqumen.events import Rigor

_CALLS_AT_ONCE: Mapping[Rigor, int] = MappingProxyType(
    {"single-sample": 2, "screened": 8, "certified": 8}
)
"""Where nothing else is set."""


def calls_at_once(chosen: int | None, rigor: Rigor) -> int:
    """Return how many model calls of a run may be open together: as many as were chosen, if any."""
    return chosen or _CALLS_AT_ONCE[rigor]


class Terms(BaseModel):
    """What a run may take, as it was when the run was made.

    What protects a process, such as open calls over all runs, is not among it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    calls_at_once: Annotated[int, Field(ge=1)]
    """Model calls of the run that may be open together."""
    deadline_seconds: float
    """From being asked for to being over."""
    budget_usd: float | None
    """What it may cost; None is no limit."""
