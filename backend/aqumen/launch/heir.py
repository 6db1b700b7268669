"""A process that stops a PostgreSQL which nobody else stops any more, and deletes its folder.

PostgreSQL starts as nobody's child. The heir's input ends with whoever holds its other end,
however that ended; with the server gone by then, nothing is left to do.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

_STOP_SECONDS = 5.0


@contextmanager
def inherited(folder: Path) -> Generator[None]:
    """Have the server in a temporary folder stopped should this process be killed meanwhile."""
    command = [sys.executable, "-I", str(Path(__file__)), str(folder)]
    heir = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603
    try:
        yield
    finally:
        heir.communicate()


def _inherit(folder: Path) -> None:
    sys.stdin.buffer.read()
    with suppress(OSError, ValueError):
        # The server removes this file when it ends by itself.
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(server, signal.SIGINT)  # at once, and orderly
        _await_end(server)
    shutil.rmtree(folder, ignore_errors=True)


def _await_end(server: int) -> None:
    end = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < end:
        os.kill(server, 0)
        time.sleep(0.1)
    os.kill(server, signal.SIGQUIT)


if __name__ == "__main__":
    _inherit(Path(sys.argv[1]))
