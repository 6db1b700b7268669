"""A run as a file to keep."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from aqumen.archive.export import Export, Format, export
from aqumen.runs.runs import Runs

from .export_examples import EXPORT
from .parts import KnownRun, RunsDep
from .problem_examples import RESPONSES

router = APIRouter(prefix="/api/runs", tags=["runs"], responses=RESPONSES)


@router.get("/{run_id}/export", responses=EXPORT, response_class=Response)
async def download(
    run: KnownRun,
    runs: RunsDep,
    form: Annotated[Format, Query(alias="format", description="What the file is")] = "json",
) -> Response:
    """Return a run that is over as a file: everything, its log, or a report to read."""
    # Not in the event loop: a long run takes a while to put together.
    file = await runs.office.do(_exported, runs, run.run_id, form)
    disposition = f'attachment; filename="{file.name}"'
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return Response(file.body, media_type=file.media_type, headers=headers)


def _exported(runs: Runs, run_id: str, form: Format) -> Export:
    return export(runs.whole(run_id), form)
