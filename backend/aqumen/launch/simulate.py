"""`python -m aqumen simulate`: the offline Bedrock alone."""

from aqumen.machinery import simulator
from aqumen.models.known import KnownModels
from aqumen.settings import Settings

from .failure import LaunchFailed
from .signals import Stop

_LOOK_SECONDS = 0.5


def simulate(port: int, speed: float | None, pieces_per_second: int, frames_per_write: int) -> None:
    """Serve the offline Bedrock until it is stopped; raises LaunchFailed."""
    stop = Stop()
    settings = Settings() if speed is None else Settings(simulator_speed=speed)
    try:
        server = simulator(
            settings,
            KnownModels.read(settings.models_file),
            port,
            pieces_per_second=pieces_per_second,
            frames_per_write=frames_per_write,
        )
    except OSError as taken:
        raise LaunchFailed(f"Port {port} is taken.") from taken
    with server:
        print(f"Offline Bedrock: {server.url}", flush=True)
        while not stop.wait(_LOOK_SECONDS):
            if not server.serving:
                raise LaunchFailed("The offline Bedrock has ended by itself.")
