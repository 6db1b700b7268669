"""The least a server can do: a bare Starlette generator that plays the events of a kept run.

`AQUMEN_BENCH_SCRIPT` names a JSON file of pairs: seconds from the first event, and its text.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncGenerator
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

_SCRIPT: list[tuple[float, str]] = json.loads(
    Path(os.environ["AQUMEN_BENCH_SCRIPT"]).read_text("utf-8")
)


async def _events() -> AsyncGenerator[str]:
    began = time.monotonic()
    for due, text in _SCRIPT:
        await asyncio.sleep(began + due - time.monotonic())
        yield text


async def _stream(_request: Request) -> StreamingResponse:
    return StreamingResponse(_events(), media_type="text/event-stream")


async def _health(_request: Request) -> JSONResponse:
    return JSONResponse({"pipeline_ready": True})


app = Starlette(routes=[Route("/api/generate-stream", _stream), Route("/health", _health)])
