"""A run as OpenTelemetry spans; free where nobody has set up an SDK."""

from .tracing import Tracing

__all__ = ["Tracing"]
