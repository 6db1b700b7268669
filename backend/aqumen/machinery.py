"""The pipeline on a model service: built from settings, boto3 and all."""

import logging
from contextlib import ExitStack, closing
from dataclasses import dataclass

from aqumen.models.asking import Asker
from aqumen.models.bedrock import Bedrock, Wiring
from aqumen.models.known import KnownModels
from aqumen.models.patience import Patience
from aqumen.models.signing import Signing
from aqumen.models.slots import Slots
from aqumen.pipeline.pipeline import Pipeline
from aqumen.settings import Settings
from aqumen.simulator.pace import PIECES_PER_SECOND, Pace
from aqumen.simulator.scripted import Scripted
from aqumen.simulator.server import Simulator
from aqumen.simulator.service import Service

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Machinery:
    """A pipeline, and what has to be closed after it."""

    pipeline: Pipeline
    asker: Asker
    """What the pipeline asks with."""
    slots: Slots
    signing: Signing
    closers: ExitStack

    def close(self) -> None:
        """Close the model client, and the simulator if one was started."""
        self.closers.close()


def build(settings: Settings, known: KnownModels) -> Machinery:
    """Return a pipeline on the model service the settings name.

    A simulator without an address is started in this process. Raises a ModelFailed.
    """
    with ExitStack() as closers:
        client = Bedrock(known, _wiring(settings, _endpoint(settings, known, closers)))
        closers.callback(client.close)
        slots = Slots(settings.calls)
        asker = Asker(client, known, Patience(), slots)
        return Machinery(Pipeline(asker), asker, slots, _looked(client), closers.pop_all())


def check_bedrock(settings: Settings, known: KnownModels) -> None:
    """Sign a request for Amazon Bedrock without sending it; raises a ModelFailed."""
    with closing(Bedrock(known, _wiring(settings, settings.bedrock_endpoint_url))) as client:
        client.check_credentials()


def simulator(
    settings: Settings,
    known: KnownModels,
    port: int = 0,
    *,
    pieces_per_second: int = PIECES_PER_SECOND,
    frames_per_write: int = 1,
) -> Simulator:
    """Return the offline Bedrock, not started yet; raises OSError if the port is taken."""
    service = Service(
        Scripted(settings.model_weak),
        known,
        Pace(settings.simulator_speed, pieces_per_second),
        frames_per_write=frames_per_write,
    )
    return Simulator(service, port)


def _endpoint(settings: Settings, known: KnownModels, closers: ExitStack) -> str | None:
    if not settings.simulated or settings.bedrock_endpoint_url is not None:
        return settings.bedrock_endpoint_url
    return closers.enter_context(simulator(settings, known)).url


def _wiring(settings: Settings, endpoint_url: str | None) -> Wiring:
    return Wiring(
        region=settings.aws_region,
        endpoint_url=endpoint_url,
        connect_timeout=settings.model_connect_timeout_seconds,
        gap_timeout=settings.model_gap_timeout_seconds,
        max_connections=settings.calls,
        cache_prompts=settings.prompt_cache == "on",
        offline=settings.simulated,
    )


def _looked(client: Bedrock) -> Signing:
    signing = Signing(client.check_credentials)
    failure = signing.look()
    if failure is not None:
        # Credentials may still appear: a run finds out for itself, and says so.
        logger.error("%s", failure.text)
    return signing
