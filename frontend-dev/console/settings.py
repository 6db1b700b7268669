"""Where the API is: the one reader of the environment."""

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

DEFAULT_ENDPOINT = "http://localhost:8000"

ENDPOINT_NAME = "AQUMEN_API_URL"
KEY_NAME = "AQUMEN_API_KEY"
FREE_NAME = "AQUMEN_FREE_ENDPOINT"
NAMES = (ENDPOINT_NAME, KEY_NAME, FREE_NAME)
_YES = {"1", "true", "yes", "on"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the console starts from."""

    endpoint: str = DEFAULT_ENDPOINT
    api_key: str = field(default="", repr=False)
    """Sent as a bearer token, and to `endpoint` only."""
    free_endpoint: bool = False
    """Whether whoever uses the console may have it call another address: from where it runs, and
    with what that address answers shown as if it were the API's."""


def read(secrets: dict[str, str]) -> Settings:
    """Return the settings: secrets win over the environment, and that over the defaults."""
    found = {name: secrets.get(name) or os.environ.get(name, "") for name in NAMES}
    return Settings(
        endpoint=found[ENDPOINT_NAME].strip().rstrip("/") or DEFAULT_ENDPOINT,
        api_key=found[KEY_NAME].strip(),
        free_endpoint=found[FREE_NAME].strip().lower() in _YES,
    )


def endpoint_problem(endpoint: str) -> str:
    """Return what is wrong with an endpoint in one sentence, or an empty string."""
    try:
        parts = urlsplit(endpoint)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    return "" if usable else "The API endpoint has to look like http://localhost:8000."
