"""What every run of this process is made with."""

from dataclasses import dataclass, field

from aqumen.models.known import KnownModels
from aqumen.pipeline.cast import Cast
from aqumen.templates import Prompts


@dataclass(frozen=True, slots=True)
class House:
    """What every run of this process is made with."""

    cast: Cast
    prompts: Prompts
    """Those that are shipped."""
    simulated: bool
    known: KnownModels = field(default_factory=KnownModels.shipped)
    """For estimates."""
