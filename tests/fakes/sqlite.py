"""An SQLite file that has its tables: copied, as migrations take longer than most tests."""

import tempfile
from functools import cache
from pathlib import Path

from aqumen.store.store import Store


def with_tables(file: Path) -> str:
    """Make the file, unless there is one, and return its URL."""
    if not file.exists():
        file.write_bytes(_new())
    return f"sqlite:///{file}"


@cache
def _new() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "new.db"
        store = Store(f"sqlite:///{file}")
        store.open()
        store.close()
        return file.read_bytes()
