"""How a person or a supervisor asks a command to stop."""

import signal
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to stop."""


def stop_on_signals() -> None:
    """Raise Stopped in the main thread on Ctrl-C, SIGTERM or a closed terminal."""
    for name in _SIGNALS:
        signal.signal(name, _stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    # Once is enough: what stops must not be interrupted while it stops.
    for name in _SIGNALS:
        signal.signal(name, signal.SIG_IGN)
    raise Stopped
