"""Read answers in gulps when many are written at once.

A model writes a dozen pieces a second or more, and each wakes the thread that reads its call: with
hundreds of calls that is much of the process's CPU time. So all calls together read about
`_READS_PER_SECOND` times a second: a call alone reads at once, 200 calls seven times a second each.
"""

import io
from http.client import HTTPResponse
from time import monotonic, sleep
from typing import Any
from weakref import WeakSet

_READS_PER_SECOND = 1500
_LONGEST_PAUSE_SECONDS = 0.2

_open: "WeakSet[_Gulps]" = WeakSet()


class GulpedResponse(HTTPResponse):
    """A response whose body is read in gulps."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fp = io.BufferedReader(_Gulps(self.fp.detach()))


class _Gulps(io.RawIOBase):
    """A socket's bytes; the next read waits its turn while more of them come in."""

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__()
        self._raw = raw
        self._read_at = 0.0
        _open.add(self)

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def readinto(self, buffer: Any) -> int | None:
        pause = min(len(_open) / _READS_PER_SECOND, _LONGEST_PAUSE_SECONDS)
        due = self._read_at + pause - monotonic()
        if due > 0:
            sleep(due)
        count: int | None = self._raw.readinto(buffer)
        self._read_at = monotonic()
        return count

    def close(self) -> None:
        _open.discard(self)
        self._raw.close()
        super().close()
