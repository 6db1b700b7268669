"""What ends a run before it has a result."""

from datetime import datetime

from .base import AqumenError


class RunStopped(AqumenError):
    """A run ended before it had a result."""


class RunCancelled(RunStopped):
    """Somebody, or the lack of anybody watching, ended the run."""

    code = "cancelled"
    message = "The run was cancelled."


class DeadlineExceeded(RunStopped):
    """The run took longer than it may."""

    code = "deadline_exceeded"
    message = "The run took longer than the server allows and was stopped."
    retryable = True


class BudgetSpent(RunStopped):
    """What may be spent, on a day or by a run, is spent or set aside."""

    code = "budget_spent"
    message = "What may be spent has been spent or set aside."

    def __init__(self, message: str | None = None, *, resets_at: datetime | None = None) -> None:
        self.resets_at = resets_at
        """When it begins anew; None for a run's own, which does not."""
        super().__init__(message)


class WorkerLost(RunStopped):
    """The process that drove the run is gone."""

    code = "worker_lost"
    message = "The server that was working on this run stopped. Start the run again."
    retryable = True
