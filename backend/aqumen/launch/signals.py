"""How a person or a supervisor asks a command to stop."""

import signal
import time

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOK_SECONDS = 0.1


class Stop:
    """Ctrl-C, SIGTERM or a closed terminal, noted; for the main thread alone.

    Noted, not raised: an exception between a start and its `with` would leave what was started
    behind, and a second signal would interrupt the stopping. A plain flag, and no Event: its lock
    may be held by the very thread that the handler interrupts.
    """

    def __init__(self) -> None:
        self.asked = False
        for name in _SIGNALS:
            signal.signal(name, lambda _number, _frame: self._note())

    def wait(self, seconds: float) -> bool:
        """Wait until somebody asks, at most about so long; return whether somebody has."""
        end = time.monotonic() + seconds
        while not self.asked and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK_SECONDS))
        return self.asked

    def _note(self) -> None:
        self.asked = True
