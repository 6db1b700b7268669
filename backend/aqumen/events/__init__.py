"""What a run says: frozen, discriminated values, the only shapes on the wire.

Each stored event is one JSON object; `name` is the SSE event it is sent under. `seq` is 0 until
the log has stored the event, then counts from 1 without gaps.
"""

from .calls import Call, Check, Usage
from .corrected import Accuracy, Corrected
from .evidence import Evidence, Presence, Quote, Said
from .result import Assessment, Metadata, Span
from .sampled import Agreement, Count, Measured, Phase, Rates, Reading, Ruling, Tier
from .told import (
    AnyEvent,
    Done,
    Event,
    Failed,
    Final,
    Gate,
    Progress,
    Queued,
    Retry,
    Sample,
    Start,
    Step,
    StepStarted,
    Terminal,
    parse,
)
from .vocabulary import DESCRIPTIONS, Difficulty, Kind, Rigor, StepNumber, Timestamp, now
from .writing import Delta, Pause, Place

__all__ = [
    "DESCRIPTIONS",
    "Accuracy",
    "Agreement",
    "AnyEvent",
    "Assessment",
    "Call",
    "Check",
    "Corrected",
    "Count",
    "Delta",
    "Difficulty",
    "Done",
    "Event",
    "Evidence",
    "Failed",
    "Final",
    "Gate",
    "Kind",
    "Measured",
    "Metadata",
    "Pause",
    "Phase",
    "Place",
    "Presence",
    "Progress",
    "Queued",
    "Quote",
    "Rates",
    "Reading",
    "Retry",
    "Rigor",
    "Ruling",
    "Said",
    "Sample",
    "Span",
    "Start",
    "Step",
    "StepNumber",
    "StepStarted",
    "Terminal",
    "Tier",
    "Timestamp",
    "Usage",
    "now",
    "parse",
]
