"""`python -m aqumen simulate`: the offline Bedrock alone."""

from contextlib import suppress

from aqumen.machinery import simulator
from aqumen.models.known import KnownModels
from aqumen.settings import Settings

from .failure import LaunchFailed
from .signals import Stopped, stop_on_signals


def simulate(port: int, speed: float | None, frames_per_write: int) -> None:
    """Serve the offline Bedrock until it is stopped; raises LaunchFailed."""
    settings = Settings() if speed is None else Settings(simulator_speed=speed)
    try:
        server = simulator(settings, KnownModels.shipped(), port, frames_per_write)
    except OSError as taken:
        raise LaunchFailed(f"Port {port} is taken.") from taken
    stop_on_signals()
    with server, suppress(Stopped):
        print(f"Offline Bedrock: {server.url}", flush=True)
        server.wait()
