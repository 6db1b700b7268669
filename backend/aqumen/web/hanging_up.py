"""Drop the connection of a client that does not read its answer."""

import asyncio

from starlette.types import Scope

LINE = "line"
"""What a request's state holds its connection as, where `connections.Bounded` serves it."""


async def hang_up(scope: Scope) -> None:
    """End a request's connection without ending its answer."""
    line = scope.get("state", {}).get(LINE)
    if line is not None:
        line.abort()
        # The loop tells uvicorn in its next turn; else it would log the answer as a defect.
        await asyncio.sleep(0)
