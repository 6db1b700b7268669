"""A simulated service with a client on its wire, as tests use them."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from aqumen.models.bedrock import Bedrock, Wiring
from aqumen.models.known import KnownModels
from aqumen.simulator.mind import Mind
from aqumen.simulator.pace import Pace
from aqumen.simulator.server import Simulator
from aqumen.simulator.service import Service

from .minds import PlainMind

OPUS = "us.anthropic.claude-opus-4-6-v1"
"""Takes a forced tool and a temperature."""
NEWEST = "us.anthropic.claude-opus-5-5"
"""Refuses both, and thinks by default."""
PROFILE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123"
"""Hides which model is behind it."""


@dataclass(frozen=True, slots=True)
class Both:
    """Both ends of the wire."""

    simulator: Simulator
    bedrock: Bedrock
    known: KnownModels
    """What the client knows; the service has its own."""


@contextmanager
def both_ends(
    mind: Mind | None = None,
    *,
    speed: float = 0.0,
    gap_timeout: float = 30.0,
    frames_per_write: int = 1,
    rules: KnownModels | None = None,
    cache_prompts: bool = False,
) -> Generator[Both]:
    """Run a simulator, which refuses what `rules` say, and connect a client to it."""
    service = Service(
        mind or PlainMind(),
        rules or KnownModels.shipped(),
        Pace(speed),
        frames_per_write=frames_per_write,
    )
    known = KnownModels.shipped()
    with Simulator(service) as simulator:
        wiring = Wiring(
            endpoint_url=simulator.url,
            gap_timeout=gap_timeout,
            cache_prompts=cache_prompts,
            offline=True,
        )
        with closing(Bedrock(known, wiring)) as bedrock:
            yield Both(simulator, bedrock, known)
