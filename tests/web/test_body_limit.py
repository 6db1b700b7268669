"""A body that does not come, or comes too slowly, is waited for no longer than is said."""

import asyncio
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from aqumen.web.body_limit import LATE, BodyLimit

SCOPE: dict[str, Any] = {"type": "http", "headers": []}


async def reads_all(_scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    # The caller hangs up some time; that is no part of the body.
    assert (await receive())["type"] == "http.disconnect"


async def answered(pieces: list[bytes], apart: float, most: float, after: float = 0.0) -> int:
    """Send a body in pieces and hang up after a while; return the status it is answered with."""
    coming, said = iter(pieces), []

    async def receive() -> Message:
        piece = next(coming, None)
        await asyncio.sleep(after if piece is None else apart)
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": piece != b"."}

    async def send(message: Message) -> None:
        said.append(message["status"])

    await BodyLimit(reads_all, 99, most_seconds=most)(SCOPE, receive, send)
    return int(said[0])


@pytest.mark.parametrize("apart", [0.04, 5.0])
def test_a_body_that_drips_or_does_not_come_is_given_up(apart: float) -> None:
    with pytest.raises(HTTPException) as given_up:
        asyncio.run(answered([b"x"] * 90, apart, most=0.1))

    assert (given_up.value.status_code, f"{given_up.value.detail}.") == (408, LATE)


def test_who_has_sent_all_may_wait_for_the_answer_as_long_as_it_takes() -> None:
    assert asyncio.run(answered([b"x", b"."], 0.0, most=0.4, after=0.5)) == 204
