"""What one would write first: the pipeline's generator on the event loop's default executor."""

import asyncio
from collections.abc import AsyncGenerator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from corrected_7step_pipeline import AdversarialPipeline, PipelineStep

_pipeline = AdversarialPipeline()


async def _events(topic: str) -> AsyncGenerator[str]:
    steps = _pipeline.run_full_pipeline_streaming(topic)
    loop = asyncio.get_running_loop()
    while (item := await loop.run_in_executor(None, next, steps, None)) is not None:
        if isinstance(item, PipelineStep):
            yield f"event: step\ndata: {item.model_dump_json()}\n\n"
    yield "event: done\ndata: {}\n\n"


async def _stream(request: Request) -> StreamingResponse:
    return StreamingResponse(_events(request.query_params["topic"]), media_type="text/event-stream")


async def _health(_request: Request) -> JSONResponse:
    return JSONResponse({"pipeline_ready": True})


app = Starlette(routes=[Route("/api/generate-stream", _stream), Route("/health", _health)])
