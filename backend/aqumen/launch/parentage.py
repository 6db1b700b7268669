"""What tells a process that the one that started it is gone, even by a kill -9."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_SET_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of <linux/prctl.h>; an exec keeps it."""


def ends_with_parent() -> Callable[[], None] | None:
    """Return what a child runs before its command, so that SIGTERM follows its parent's end.

    To be used in the main thread: the kernel looks at the thread that starts the child. None
    where the system is not Linux.
    """
    if sys.platform != "linux":
        return None
    # Loaded here: between fork and exec nothing may be.
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def follow() -> None:
        prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)  # it went before we could ask

    return follow
