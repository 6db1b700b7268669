"""A process that is started with the others and stopped with them."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from .parentage import ends_with_parent

_STOP_SECONDS = 8.0


@dataclass(slots=True)
class Child:
    """A process in a group of its own: a Ctrl-C on the terminal reaches only its parent.

    On Linux it is stopped too when its parent is killed.
    """

    name: str
    command: list[str]
    folder: Path
    variables: Mapping[str, str]
    spare: bool = False
    """Whether the others can do without it."""
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            cwd=self.folder,
            env=dict(self.variables),
            start_new_session=True,
            preexec_fn=ends_with_parent(),  # noqa: PLW1509 - no thread has been started yet
        )
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait(_STOP_SECONDS)

    @property
    def ended(self) -> bool:
        """Whether it has stopped by itself."""
        return self._process is not None and self._process.poll() is not None

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
