"""What is refused because of who asks."""

from .base import AqumenError

_RUN_SECONDS = 10
"""After which one of several open runs may well be over."""


class NotAdmitted(AqumenError):
    """Nothing that came with the request says that it may be answered."""

    code = "unauthorized"
    message = (
        "This API needs a key, sent as Authorization: Bearer <key>. Its operator makes keys with "
        "`python -m aqumen key` and names them in AQUMEN_API_KEYS; AQUMEN_AUTH=off lets everybody "
        "in."
    )


class KeyRefused(NotAdmitted):
    """A key came that is none of this server's."""

    message = "This key is none of those in AQUMEN_API_KEYS."


class TicketRefused(NotAdmitted):
    """A ticket came that is none, or that is over."""

    message = "This ticket is not valid. Ask for a new one with POST /api/tickets."


class NotAllowed(AqumenError):
    """Who asks is known, and may not do that."""

    code = "forbidden"
    message = "This key may not do that. What it may is said in AQUMEN_API_KEYS."


class TooOften(AqumenError):
    """Somebody asks more often than they may."""

    code = "rate_limited"
    message = "That is more often than this server allows. Try again in a while."
    retryable = True

    def __init__(self, retry_after_seconds: int, message: str | None = None) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(message)


class TooManyOpen(TooOften):
    """A key has as many runs that are not over as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _RUN_SECONDS,
            f"This key has {most} open runs, queued or running, which is as many as the server "
            "allows (AQUMEN_RUNS_PER_KEY). Wait for one to end, or cancel one.",
        )


class TooManyStreams(TooOften):
    """An address has as many event streams open as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _RUN_SECONDS,
            f"This address has {most} event streams open, which is as many as the server allows "
            "(AQUMEN_STREAMS_PER_ADDRESS). Close one, or wait for one to end.",
        )


class KeysUnreadable(AqumenError):
    """The server's keys cannot be read."""

    message = "AQUMEN_API_KEYS cannot be read."
