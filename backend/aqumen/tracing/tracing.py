"""Makes spans of what the store says happened: a run, its steps, and their model calls.

They are made from what was told, with its times, so that parents are right whichever threads did
the work, and a trace says what the log says. OpenTelemetry's own context is not touched.
"""

import logging
import threading

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Status, StatusCode, TracerProvider

from aqumen import __version__
from aqumen.events import Event, Queued
from aqumen.store.records import Lease
from aqumen.store.witness import Lost, News, Told

from .attributes import Attributes
from .spans import RunSpans, began

logger = logging.getLogger(__name__)


class Tracing:
    """A witness that traces."""

    def __init__(self, provider: TracerProvider | None = None) -> None:
        """Take a provider of its own; without one, the process's, whenever that is set."""
        self._tracer = trace.get_tracer("aqumen", __version__, provider)
        self._lock = threading.Lock()
        self._open: dict[Lease, RunSpans | None] = {}
        """None for runs that are not recorded, which is decided once for each."""

    def __call__(self, news: News) -> None:
        """Trace what has just been stored."""
        if isinstance(news, Told):
            for event in news.events:
                self._trace(news.lease, event)
        elif isinstance(news, Lost):
            self._close(news.lease, "lease_lost")

    def close(self) -> None:
        """End what is open: the runs are left to the next worker."""
        for lease in list(self._open):
            self._close(lease, "restarting")

    def _trace(self, lease: Lease, event: Event) -> None:
        if isinstance(event, Queued):
            return  # it may wait for another process
        spans = self._spans(lease, event)
        try:
            if spans is not None:
                spans.tell(event)
        except Exception:
            # What follows may be the run's end, which must not stay open for that.
            logger.exception("run %s: an event could not be traced", lease.run_id)
        if event.name in ("done", "error"):
            with self._lock:
                self._open.pop(lease, None)

    def _spans(self, lease: Lease, event: Event) -> RunSpans | None:
        """Return the run's open spans; None where nothing is recorded."""
        with self._lock:
            if lease not in self._open:
                self._open[lease] = self._begun(lease, event)
            return self._open[lease]

    def _begun(self, lease: Lease, event: Event) -> RunSpans | None:
        # A root of its own, also where what called us is traced: a run outlives a request, and its
        # worker. Who goes on with it begins another trace, which says the same run's id.
        said: Attributes = {"aqumen.run.id": lease.run_id, "aqumen.run.epoch": lease.epoch}
        span = self._tracer.start_span("run", Context(), attributes=said, start_time=began(event))
        return RunSpans(self._tracer, span) if span.is_recording() else None

    def _close(self, lease: Lease, why: str) -> None:
        with self._lock:
            spans = self._open.pop(lease, None)
        if spans is not None:
            spans.end(Status(StatusCode.ERROR, why))
