"""What is answered when several runs are removed, by example, for `/docs`."""

from .bulk_shapes import Removal, Removed
from .examples import RUN, Responses, like

_OTHER = "01M81K3Q2R9GX0V6C8Y5ZP7D1H"
_REMOVAL = Removal(
    deleted=1,
    runs=[
        Removed(run_id=RUN, status=204),
        Removed(run_id=_OTHER, status=409, detail="The run is still going on. Cancel it first."),
    ],
)
EXAMPLES = {"removal": {"value": _REMOVAL.model_dump(mode="json")}}
"""The document's shared examples."""

DELETE: Responses = {
    200: {
        "description": "What became of each run",
        "content": {"application/json": like("removal")},
    }
}
EXPORT: Responses = {
    200: {
        "description": "A zip of the runs' files and `manifest.json`, as it grows",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}
