"""How many runs somebody may ask for in a minute."""

from typing import Annotated

from fastapi import Depends, Header

from aqumen.access.addresses import network_of

from .parts import CallerDep, PartsDep

_MINUTE = 60


async def _counted(
    parts: PartsDep, caller: CallerDep, last_event_id: Annotated[str | None, Header()] = None
) -> None:
    most = parts.door.starts_per_minute
    if most is None or last_event_id:
        return  # whoever comes back to a run asks for none
    whose = [f"start at {network_of(caller.address)}"]
    if caller.owner is not None:
        whose.append(f"start by {caller.owner}")
    for who in whose:
        await parts.runs.office.do(parts.turnstile.pass_through, who, most, _MINUTE)


COUNTED = Depends(_counted)
"""Of routes that start runs: TooOften, 429, for a key or an address that asks too often."""
