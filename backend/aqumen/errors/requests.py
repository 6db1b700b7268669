"""What is refused before there is a run, or because of where one stands."""

from .base import AqumenError


class InvalidOrder(AqumenError):
    """What was asked for cannot be run."""

    code = "invalid_request"
    message = "The request cannot be run as it is."

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        self.field = field
        """What is at fault, where that is one field."""
        super().__init__(message)


class RunNotFound(AqumenError):
    """No run has that id."""

    code = "not_found"
    message = "There is no run with this id."


class ShareNotFound(RunNotFound):
    """No run is behind a student's link: it was taken back, or the run is gone."""

    message = "There is no exercise behind this link. Ask for a new one."


class Conflict(AqumenError):
    """The request contradicts what is stored."""

    code = "conflict"
    message = "This request contradicts an earlier one."

    def __init__(self, message: str | None = None, *, run_id: str | None = None) -> None:
        self.run_id = run_id
        """The run it contradicts, where there is one."""
        super().__init__(message)


class PromptNotFound(AqumenError):
    """No prompt, or no version of it, has that name."""

    code = "not_found"
    message = "There is no such prompt."


class PromptChanged(Conflict):
    """Another version is in force than the one an edit was made on."""

    def __init__(self, number: int, author: str | None) -> None:
        self.number = number
        """The one that is in force."""
        by = f", chosen by {author}" if author else ""
        which = f"version {number}" if number else "the shipped version"
        super().__init__(
            f"Another version has been put in force since this one was opened: {which}{by}. "
            "Nothing was changed. Compare the two, and save again on top of that one."
        )


class ServerFull(AqumenError):
    """All places are taken and so is the queue."""

    code = "server_full"
    message = "All places are taken and the queue is full. Try again in a moment."
    retryable = True

    def __init__(self, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__()


class ComparingFull(ServerFull):
    """More comparisons wait than come to their turn."""

    message = "The server compares as many texts as it can. Try again in a moment."


class ShuttingDown(AqumenError):
    """This process takes no more work."""

    code = "restarting"
    message = "The server is restarting. Try again in a few seconds."
    retryable = True


class LeaseLost(AqumenError):
    """Another worker owns the run, or the run is over: the writer has to stop."""

    code = "lease_lost"
    message = "Another worker has taken over this run."


class StoreFailed(AqumenError):
    """The database did not answer."""

    code = "store_failed"
    message = "The run's log could not be read or written. Try again in a moment."
    retryable = True

    @property
    def why(self) -> str:
        """What the database said, for logs: that its disk is full, say."""
        cause = self.__cause__
        return str(getattr(cause, "orig", None) or cause or self.text).strip()


class StoreRefused(StoreFailed):
    """The database answered, and takes no such thing: the same again is refused again."""

    message = "The database does not take what was to be stored."
    retryable = False


class QueueFailed(StoreFailed):
    """The queue that several processes share did not answer."""

    message = "The queue of runs does not answer. Try again in a moment."
