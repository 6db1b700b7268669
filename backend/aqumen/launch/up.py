"""`python -m aqumen up`: the API and the console, and offline the simulator too."""

from dataclasses import dataclass

from aqumen.errors import CredentialsMissing, RegionMissing
from aqumen.machinery import check_bedrock
from aqumen.models.known import KnownModels

from . import together
from .child import Child
from .configured import configured
from .failure import LaunchFailed
from .signals import Stop

_KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK"
_OFFLINE = "start `make demo` (python -m aqumen up --offline), which works offline and needs none."
_NO_CREDENTIALS = f"AWS credentials are missing: set {_KEYS}, or {_OFFLINE}"
_NO_REGION = (
    f"No AWS region is set: set AWS_REGION, for example to us-east-1, and where nothing else gives "
    f"credentials {_KEYS}; or {_OFFLINE}"
)
"""Not the API's sentences: what they say of the simulator's setting does nothing here."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the processes listen, on loopback."""

    api: int
    console: int
    bedrock: int | None
    """None for the real Bedrock."""


def up(api_port: int, console_port: int, *, offline: bool) -> None:
    """Serve until stopped. Raises LaunchFailed, or a ModelFailed if Bedrock cannot be used."""
    configured()
    ports = Ports(api_port, console_port, together.free_port() if offline else None)
    for port in (api_port, console_port):
        together.check_free(port)
    if not offline:
        _check_bedrock()
    healthy = [together.api_health(ports.api), together.console_health(ports.console)]
    stop = Stop()
    together.serve_together(_children(ports), healthy, _addresses(ports), stop)


def _check_bedrock() -> None:
    try:
        settings = configured(model_backend="bedrock")
        check_bedrock(settings, KnownModels.read(settings.models_file))
    except CredentialsMissing as missing:
        raise LaunchFailed(_NO_CREDENTIALS) from missing
    except RegionMissing as missing:
        raise LaunchFailed(_NO_REGION) from missing


def _children(ports: Ports) -> list[Child]:
    variables = together.loopback(
        AQUMEN_MODEL_BACKEND="simulator" if ports.bedrock else "bedrock",
        AQUMEN_API_URL=f"http://127.0.0.1:{ports.api}",
    )
    if ports.bedrock:
        variables["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] = f"http://127.0.0.1:{ports.bedrock}"
    # Whoever reaches this console sits at its machine, and may point it at another API.
    variables.setdefault("AQUMEN_FREE_ENDPOINT", "on")
    product = [
        together.api("the API", ports.api, variables),
        together.console(ports.console, variables),
    ]
    return [together.bedrock(ports.bedrock, variables), *product] if ports.bedrock else product


def _addresses(ports: Ports) -> str:
    models = "simulated models, no AWS account needed" if ports.bedrock else "Amazon Bedrock"
    return (
        f"\n  Console   http://localhost:{ports.console}\n"
        f"  API       http://localhost:{ports.api}/docs\n"
        f"  Models    {models}\n\n  Ctrl-C stops everything.\n"
    )
