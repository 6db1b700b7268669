"""The settings, for commands: what is wrong with them is a sentence."""

from typing import Any

from pydantic import ValidationError

from aqumen.settings import Settings

from .failure import LaunchFailed


def configured(**chosen: Any) -> Settings:
    """Return the settings, with some chosen here; raises LaunchFailed for a wrong one."""
    try:
        return Settings(**chosen)
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_input=False)
        raise LaunchFailed("\n".join(_sentence(**each) for each in found)) from wrong


def _sentence(*, loc: tuple[int | str, ...], msg: str, **_more: Any) -> str:
    """Return what is wrong with a setting, under the name it has in the environment."""
    said = msg.removeprefix("Value error, ").rstrip(".")
    if not loc:
        return f"{said}."
    name = str(loc[0])
    return f"{name if name.isupper() else f'AQUMEN_{name.upper()}'}: {said}."
