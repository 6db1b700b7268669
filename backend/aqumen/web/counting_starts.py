"""How many runs somebody may ask for in a minute."""

from typing import Annotated

from fastapi import Depends, Header

from aqumen.access.addresses import network_of

from .parts import CallerDep, PartsDep

_MINUTE = 60


async def count_start(parts: PartsDep, caller: CallerDep) -> None:
    """Count a run that is asked for; raises TooOften for a key or an address that asks too often.

    For routes that find out what is asked for before they know whether a run is.
    """
    most = parts.door.starts_per_minute
    if most is None:
        return
    whose = [f"start at {network_of(caller.address)}"]
    if caller.owner is not None:
        whose.append(f"start by {caller.owner}")
    for who in whose:
        await parts.runs.office.do(parts.turnstile.pass_through, who, most, _MINUTE)


async def _counted_unless_back(
    parts: PartsDep, caller: CallerDep, last_event_id: Annotated[str | None, Header()] = None
) -> None:
    if not last_event_id:
        await count_start(parts, caller)


COUNTED = Depends(count_start)
"""Of routes that start runs: as `count_start`, before anything is read."""
COUNTED_UNLESS_BACK = Depends(_counted_unless_back)
"""Of the one that starts no run for a reader who comes back to one, as `Last-Event-ID` says."""
