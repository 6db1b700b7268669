"""What can go wrong between the console and the API, as a tree.

ConsoleError
    ApiAway              nothing answered at the endpoint
    ApiRefused           the API answered with a problem
        ApiFull          all places are taken; worth trying again
        RunUnknown       the API has no such run
    ReplyUnreadable      something answered that does not speak our protocol
    TooManyFeeds         this console follows as many runs as it may

Every message is one sentence for the person in front of the console.
"""


class ConsoleError(Exception):
    """Anything the console can say went wrong."""


class ApiAway(ConsoleError):
    """Nothing answered at the endpoint, or the connection broke."""


class ApiRefused(ConsoleError):
    """The API answered with a problem."""

    def __init__(self, message: str, *, status: int, code: str = "", fields: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.fields = fields
        """What was wrong with which field, one a line; empty unless status is 422."""


class ApiFull(ApiRefused):
    """All places are taken."""

    def __init__(self, message: str, *, status: int, code: str, retry_after: int) -> None:
        super().__init__(message, status=status, code=code)
        self.retry_after = retry_after
        """Seconds after which to try again."""


class RunUnknown(ApiRefused):
    """The API has no such run."""


class ReplyUnreadable(ConsoleError):
    """Something answered that does not speak our protocol."""


class TooManyFeeds(ConsoleError):
    """This console follows as many runs as it may."""
