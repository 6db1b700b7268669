"""How many event streams one address may have open at once."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import Depends

from aqumen.access.addresses import network_of

from .parts import CallerDep, PartsDep
from .seats import Seat


async def _seat(parts: PartsDep, caller: CallerDep) -> AsyncGenerator[Seat]:
    seat = Seat(parts.seats, network_of(caller.address), parts.door.streams_per_address)
    try:
        yield seat
    finally:
        seat.leave()


SeatDep = Annotated[Seat, Depends(_seat, scope="request")]
"""Of routes that stream: to be taken before the stream begins.

It is left when the answer has been sent, or its reader is gone.
"""
