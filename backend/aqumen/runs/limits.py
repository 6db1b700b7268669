"""What bounds the runs of a process."""

from dataclasses import dataclass, field

from aqumen.events import Rigor
from aqumen.store.retention import Keep
from aqumen.terms import Terms, calls_at_once

from .purses import Caps


@dataclass(frozen=True, slots=True)
class Limits:
    """How much at once, and for how long."""

    concurrent_runs: int = 64
    queued_runs: int = 200
    runs_per_key: int | None = None
    """Open at once, queued or running; None is no limit."""
    calls_per_run: int | None = None
    """Model calls of a run that may be open together; None: as many as its rigor is worth."""
    deadline_seconds: float = 600.0
    """From being asked for to being over."""
    certified_deadline_seconds: float = 1800.0
    """The same for runs of rigor `certified`."""
    grace_seconds: float = 30.0
    """How long a run that needs a watcher goes on without one."""
    caps: Caps = field(default_factory=Caps)
    """What may be spent."""
    keep: Keep = field(default_factory=Keep)
    """Which runs that are over are kept."""

    def terms(self, rigor: Rigor) -> Terms:
        """Return what a run is held to that is made now."""
        certified = rigor == "certified"
        return Terms(
            calls_at_once=calls_at_once(self.calls_per_run, rigor),
            deadline_seconds=self.certified_deadline_seconds
            if certified
            else self.deadline_seconds,
            budget_usd=self.caps.run,
        )
