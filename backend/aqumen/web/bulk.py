"""What is done to several runs at once."""

from collections.abc import AsyncGenerator

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from aqumen.access.callers import Caller
from aqumen.archive.bundle import Bundle
from aqumen.archive.export import Format, export
from aqumen.errors import AqumenError, Conflict, RunNotFound
from aqumen.runs.runs import Runs

from .bulk_examples import DELETE, EXPORT
from .bulk_shapes import ExportOrder, Removal, Removed, RunIds
from .owned import Sought, owned
from .parts import CallerDep, RunsDep
from .problem_examples import RESPONSES
from .problems import status_of

router = APIRouter(prefix="/api/runs", tags=["runs"], responses=RESPONSES)


@router.post("/delete", responses=DELETE)
async def delete(runs: RunsDep, caller: CallerDep, asked: RunIds) -> Removal:
    """Remove those of the runs that are over; each has an answer of its own."""
    told = [await _removed(runs, caller, run_id) for run_id in asked.each()]
    return Removal(deleted=sum(each.status == 204 for each in told), runs=told)


@router.post("/export", responses=EXPORT, response_class=StreamingResponse)
async def download(runs: RunsDep, caller: CallerDep, asked: ExportOrder) -> StreamingResponse:
    """Return runs as one zip; its `manifest.json` says which are not in it, and why."""
    headers = {
        "Content-Disposition": 'attachment; filename="aqumen-runs.zip"',
        "X-Content-Type-Options": "nosniff",
    }
    told = _zipped(runs, caller, asked)
    return StreamingResponse(told, media_type="application/zip", headers=headers)


async def _removed(runs: Runs, caller: Caller, run_id: str) -> Removed:
    try:
        await runs.registry.do(owned, runs, caller, run_id)
        await runs.registry.do(runs.delete, run_id)
    except (RunNotFound, Conflict) as refused:
        return Removed(run_id=run_id, status=status_of(refused.code), detail=refused.text)
    return Removed(run_id=run_id, status=204)


async def _zipped(runs: Runs, caller: Caller, asked: ExportOrder) -> AsyncGenerator[bytes]:
    bundle = Bundle()
    for run_id in asked.each():
        # Not in the event loop: a long run takes a while to put together.
        yield await runs.office.do(_added, bundle, Sought(runs, caller, run_id), asked.format)
    yield bundle.end()


def _added(bundle: Bundle, sought: Sought, form: Format) -> bytes:
    try:
        run_id = owned(*sought).run_id
        return bundle.add(run_id, export(sought.runs.whole(run_id), form))
    except AqumenError as refused:
        bundle.leave_out(sought.run_id, refused.text)
        return b""
