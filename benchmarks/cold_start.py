"""From starting the process to the first answer of `/health`."""

import statistics
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from .plan import Plan
from .processes import Served, api, python_seconds
from .table import Row, show

_FASTAPI = "import fastapi"
_LIBRARIES = "import fastapi, uvicorn, sse_starlette, sqlalchemy, pydantic_settings"


@dataclass(slots=True)
class ColdStarts:
    """Seconds, measured in turns so that all see the same machine."""

    fastapi: list[float] = field(default_factory=list)
    libraries: list[float] = field(default_factory=list)
    existing: list[float] = field(default_factory=list)
    """With a database of an earlier start."""
    new: list[float] = field(default_factory=list)


def measure(plan: Plan, bedrock: Served) -> ColdStarts:
    """Start everything so many times."""
    found = ColdStarts()
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder) / "old.db"
        _start(bedrock, old)
        for number in range(plan.cold_starts):
            found.fastapi.append(python_seconds(_FASTAPI))
            found.libraries.append(python_seconds(_LIBRARIES))
            found.existing.append(_start(bedrock, old))
            found.new.append(_start(bedrock, Path(folder) / f"{number}.db"))
    return found


def show_cold_starts(found: ColdStarts) -> None:
    """Print medians, and what they are of a bare import of FastAPI."""
    names = ("import fastapi", "the libraries", "existing database", "new database")
    each = (found.fastapi, found.libraries, found.existing, found.new)
    medians = [statistics.median(seconds) for seconds in each]
    ratios = [median / medians[0] for median in medians]
    rows = [Row("median, ms", [1000 * median for median in medians], 0)]
    rows.append(Row("/ import fastapi", ratios, 2, target=3.5))
    libraries = f"The libraries: `{_LIBRARIES}`."
    show(f"Cold start, median of {len(found.new)}", names, rows, libraries)


def _start(bedrock: Served, database: Path) -> float:
    with api(bedrock, database) as server:
        return server.start_seconds
