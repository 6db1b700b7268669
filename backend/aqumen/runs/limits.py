"""What bounds the runs of a process."""

from dataclasses import dataclass, field

from aqumen.store.retention import Keep

from .purses import Caps


@dataclass(frozen=True, slots=True)
class Limits:
    """How much at once, and for how long."""

    concurrent_runs: int = 64
    queued_runs: int = 200
    runs_per_key: int | None = None
    """Open at once, queued or running; None is no limit."""
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
