"""How a person or a supervisor asks a command to stop."""

import signal
import threading

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop_requested() -> threading.Event:
    """Return an event that Ctrl-C, SIGTERM or a closed terminal sets; from the main thread only.

    An event and not an exception: one raised between a start and its `with` would leave what was
    started behind, and a second signal would interrupt the stopping.
    """
    asked = threading.Event()
    for name in _SIGNALS:
        signal.signal(name, lambda _number, _frame: asked.set())
    return asked
