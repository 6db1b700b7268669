"""What every error has."""

from typing import ClassVar, Literal

Code = Literal[
    "invalid_request",
    "unauthorized",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "conflict",
    "rate_limited",
    "budget_spent",
    "server_full",
    "restarting",
    "lease_lost",
    "store_failed",
    "cancelled",
    "deadline_exceeded",
    "worker_lost",
    "model_throttled",
    "model_not_ready",
    "model_unavailable",
    "model_timed_out",
    "model_broke",
    "connection_lost",
    "stream_stalled",
    "stream_cut",
    "model_access_denied",
    "model_not_found",
    "model_retired",
    "model_request_rejected",
    "model_quota_exceeded",
    "credentials_missing",
    "credentials_rejected",
    "region_missing",
    "internal_error",
]


class AqumenError(Exception):
    """Anything this product can say went wrong."""

    code: ClassVar[Code] = "internal_error"
    message: ClassVar[str] = "Something went wrong on our side."
    retryable: ClassVar[bool] = False
    """Whether the same request may succeed later without a change."""

    step_number: int | None = None
    """The step in which it happened, where that is known."""

    def __init__(self, message: str | None = None) -> None:
        self.text = message or self.message
        super().__init__(self.text)
