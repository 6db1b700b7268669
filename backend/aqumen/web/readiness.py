"""What is asked by those who send requests here, or watch the server: readiness and counts."""

import asyncio

from fastapi import APIRouter, Response

from aqumen.errors import AqumenError, CredentialsRejected
from aqumen.events import now

from .answers import Ready
from .parts import Parts, PartsDep
from .problem_examples import RESPONSES
from .problems import problem

router = APIRouter(tags=["about"])

_PROBE_SECONDS = 5.0
"""How long a probe waits for AWS's credentials, which may have to be fetched."""


@router.get("/ready", response_model=Ready, responses={503: RESPONSES[503]})
async def ready(parts: PartsDep) -> Ready | Response:
    """Say that runs can be made: the store is open, and a request to the models can be signed.

    Nothing is sent to the models. That it could be signed counts for half a minute.
    """
    await parts.usable()
    failure = await _failure(parts)
    if failure is None:
        return Ready(timestamp=now())
    return problem(503, failure.code, failure.text)


@router.get(
    "/metrics", responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
)
async def metrics(parts: PartsDep) -> Response:
    """Return what this process counts, for Prometheus; sums over processes are right."""
    text, media_type = await parts.runs.office.do(parts.exposition)
    return Response(text, headers={"Content-Type": media_type})


async def _failure(parts: Parts) -> AqumenError | None:
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            return await parts.probes.do(parts.signing)
    except TimeoutError:
        return CredentialsRejected("AWS's credentials could not be fetched in time.")
