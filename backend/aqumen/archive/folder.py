"""Exports in a folder, or as one file; what is there is never replaced."""

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from aqumen.errors import PlaceRefused, WrittenOnce

from .export import Export


class Folder:
    """A folder for exports, made when the first one is written."""

    def __init__(self, path: Path, name: str | None = None) -> None:
        self._path = path
        self._name = name
        """Of the one file that is written, where it is not the export's own."""

    def address(self, export: Export) -> str:
        """Return where an export is put."""
        return str(self._place(export))

    def put(self, export: Export) -> bool:
        """Write an export, whole or not at all; return False if the same is there already.

        Raises WrittenOnce if another file is there, and PlaceRefused if it cannot be written.
        """
        place = self._place(export)
        with translated(place):
            self._path.mkdir(parents=True, exist_ok=True)
            if _write(place, export.body):
                return True
            if place.is_file() and place.read_bytes() == export.body:
                return False
        raise WrittenOnce(f"{place} is there already, with other content; nothing is replaced.")

    def close(self) -> None:
        """Nothing is held open."""

    def _place(self, export: Export) -> Path:
        return self._path / (self._name or export.name)


def _write(place: Path, body: bytes) -> bool:
    """Write a file that is not there yet; return False if it is."""
    unfinished = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    try:
        with unfinished.open("xb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        # A link, and not a rename, which would replace what is there.
        place.hardlink_to(unfinished)
    except FileExistsError:
        return False
    finally:
        unfinished.unlink(missing_ok=True)
    return True


@contextmanager
def translated(place: Path) -> Generator[None]:
    """Raise PlaceRefused, with one sentence, for whatever the system refuses inside."""
    try:
        yield
    except OSError as refused:
        reason = (refused.strerror or "unknown reason").lower()
        raise PlaceRefused(f"{place} cannot be written: {reason}.") from refused
