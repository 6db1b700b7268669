"""How many event streams one address may have open at once."""

from collections.abc import AsyncGenerator

from fastapi import Depends

from aqumen.access.addresses import network_of
from aqumen.errors import TooManyStreams

from .parts import CallerDep, PartsDep


async def _one_more(parts: PartsDep, caller: CallerDep) -> AsyncGenerator[None]:
    most = parts.door.streams_per_address
    if most is None:
        yield
        return
    where = network_of(caller.address)
    if parts.streams[where] >= most:
        raise TooManyStreams(most)
    parts.streams[where] += 1
    try:
        yield
    finally:
        parts.streams[where] -= 1
        if not parts.streams[where]:
            del parts.streams[where]


ONE_STREAM = Depends(_one_more, scope="request")
"""Of routes that stream: TooManyStreams, 429, for an address that has too many open.

It counts until the answer has been sent, or its reader is gone.
"""
