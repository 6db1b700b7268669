"""The settings that a run is held to from its beginning to its end."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from aqumen.events import Rigor

CALLS_AT_ONCE: Mapping[Rigor, int] = MappingProxyType(
    {"single-sample": 2, "screened": 8, "certified": 8}
)
"""Where nothing else is set."""


class Terms(BaseModel):
    """What a run may take, as it was when the run was made.

    What protects a process, such as open calls over all runs, is not among it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    calls_at_once: int
    """Model calls of the run that may be open together."""
    deadline_seconds: float
    """From being asked for to being over."""
    budget_usd: float | None
    """What it may cost; None is no limit."""
