"""Several exports in one zip, written as it grows."""

import json
import zipfile
from typing import Any

from .export import Export

_AT = (1980, 1, 1, 0, 0, 0)
"""The same runs have the same bytes, whenever they are asked for."""


class Bundle:
    """A zip that is handed on piece by piece: no more than one export is held at a time."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]
        self._told: list[dict[str, Any]] = []

    def add(self, run_id: str, file: Export) -> bytes:
        """Add a run's file; return the zip's next bytes."""
        self._told.append({"run_id": run_id, "file": file.name, "reason": None})
        return self._write(file.name, file.body)

    def leave_out(self, run_id: str, reason: str) -> None:
        """Note why a run is not in it."""
        self._told.append({"run_id": run_id, "file": None, "reason": reason})

    def end(self) -> bytes:
        """Add `manifest.json`, which tells what became of each run; return the zip's last bytes."""
        manifest = json.dumps({"runs": self._told}, indent=2).encode() + b"\n"
        last = self._write("manifest.json", manifest)
        self._zip.close()
        return last + self._sink.taken()

    def _write(self, name: str, body: bytes) -> bytes:
        entry = zipfile.ZipInfo(name, _AT)
        entry.compress_type = zipfile.ZIP_DEFLATED
        self._zip.writestr(entry, body)
        return self._sink.taken()


class _Sink:
    """A file that can only be written, and that gives away what was."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
