"""What a run says: frozen, discriminated values, the only shapes on the wire.

Each stored event is one JSON object; `name` is the SSE event it is sent under. `seq` is 0 until
the log has stored the event, then counts from 1 without gaps.
"""

from .calls import Call, Check, Usage
from .evidence import Evidence, Presence, Quote
from .result import Assessment, Metadata, Span
from .told import (
    AnyEvent,
    Done,
    Event,
    Failed,
    Final,
    Progress,
    Queued,
    Retry,
    Start,
    Step,
    StepStarted,
    Terminal,
    parse,
)
from .vocabulary import DESCRIPTIONS, Difficulty, Kind, Rigor, StepNumber, Timestamp, now
from .writing import Delta, Pause, Place, Wrote

__all__ = [
    "DESCRIPTIONS",
    "AnyEvent",
    "Assessment",
    "Call",
    "Check",
    "Delta",
    "Difficulty",
    "Done",
    "Event",
    "Evidence",
    "Failed",
    "Final",
    "Kind",
    "Metadata",
    "Pause",
    "Place",
    "Presence",
    "Progress",
    "Queued",
    "Quote",
    "Retry",
    "Rigor",
    "Span",
    "Start",
    "Step",
    "StepNumber",
    "StepStarted",
    "Terminal",
    "Timestamp",
    "Usage",
    "Wrote",
    "now",
    "parse",
]
