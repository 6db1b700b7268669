"""What is done to several runs at once."""

from collections.abc import AsyncGenerator

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from aqumen.archive.bundle import Bundle
from aqumen.archive.export import Format, export
from aqumen.errors import AqumenError, Conflict, RunNotFound
from aqumen.runs.runs import Runs

from .examples import RESPONSES
from .parts import RunsDep
from .problems import status_of

router = APIRouter(prefix="/api/runs", tags=["runs"], responses=RESPONSES)


class RunIds(BaseModel):
    """Which runs are meant."""

    run_ids: list[str] = Field(min_length=1, max_length=200)

    def each(self) -> list[str]:
        """Return them, each once."""
        return list(dict.fromkeys(self.run_ids))


class ExportOrder(RunIds):
    """Which runs are exported, and as what."""

    format: Format = "json"


class Removed(BaseModel):
    """What became of one run."""

    run_id: str
    status: int
    """As `DELETE /api/runs/{id}` would have answered: 204, 404 or 409."""
    detail: str | None = None


class Removal(BaseModel):
    """What became of each run, in the order asked."""

    deleted: int
    runs: list[Removed]


@router.post("/delete")
async def delete(runs: RunsDep, asked: RunIds) -> Removal:
    """Remove those of the runs that are over; each has an answer of its own."""
    told = [await _removed(runs, run_id) for run_id in asked.each()]
    return Removal(deleted=sum(each.status == 204 for each in told), runs=told)


@router.post(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"description": "A zip", "content": {"application/zip": {}}}},
)
async def download(runs: RunsDep, asked: ExportOrder) -> StreamingResponse:
    """Return runs as one zip; its `manifest.json` says which are not in it, and why."""
    headers = {
        "Content-Disposition": 'attachment; filename="aqumen-runs.zip"',
        "X-Content-Type-Options": "nosniff",
    }
    told = _zipped(runs, asked)
    return StreamingResponse(told, media_type="application/zip", headers=headers)


async def _removed(runs: Runs, run_id: str) -> Removed:
    try:
        await runs.registry.do(runs.delete, run_id)
    except (RunNotFound, Conflict) as refused:
        return Removed(run_id=run_id, status=status_of(refused.code), detail=refused.text)
    return Removed(run_id=run_id, status=204)


async def _zipped(runs: Runs, asked: ExportOrder) -> AsyncGenerator[bytes]:
    bundle = Bundle()
    for run_id in asked.each():
        # Not in the event loop: a long run takes a while to put together.
        yield await runs.office.do(_added, bundle, runs, run_id, asked.format)
    yield bundle.end()


def _added(bundle: Bundle, runs: Runs, run_id: str, form: Format) -> bytes:
    try:
        return bundle.add(run_id, export(runs.whole(run_id), form))
    except AqumenError as refused:
        bundle.leave_out(run_id, refused.text)
        return b""
