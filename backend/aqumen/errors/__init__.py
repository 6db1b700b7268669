"""What can go wrong, as a tree.

AqumenError
    InvalidOrder            what was asked for cannot be run
    NotAdmitted             nothing says that whoever asks may be answered
        KeyRefused, TicketRefused
    NotAllowed              who asks is known, and may not do that
    TooOften                they ask more often than they may
        TooManyOpen, TooManyStreams
    KeysUnreadable          the server's keys cannot be read
    RunNotFound, PromptNotFound
        ShareNotFound       no run is behind a student's link
    Conflict                the request contradicts what is stored
        PromptChanged       somebody else was first
        WrittenOnce         another file is there, and exports replace nothing
    ServerFull              no room in the pool or its queue
        ComparingFull       nor in the line of comparisons
    ShuttingDown            this process takes no more work
    LeaseLost               another worker owns the run now
    StoreFailed             the database did not answer
        StoreRefused        it did, and takes no such thing
        QueueFailed
    RunStopped              a run ended before it had a result
        RunCancelled
        DeadlineExceeded
        BudgetSpent
        WorkerLost
    ModelFailed             the model service did not answer
        ModelThrottled, ModelNotReady, ModelUnavailable
        ModelTimedOut, ModelBroke, ConnectionLost, StreamStalled, StreamCut
        AccessDenied, ModelNotFound, ModelRetired, RequestRejected, QuotaExceeded,
        CredentialsMissing, CredentialsRejected, RegionMissing
    ExportDamaged           a file is not the export of a run
    PlaceRefused            exports cannot be written there

Every error has a code from the closed list `Code` and a message written for the people who use
the product. What a foreign library said travels as `__cause__`, for logs only.
"""

from .access import (
    KeyRefused,
    KeysUnreadable,
    NotAdmitted,
    NotAllowed,
    TicketRefused,
    TooManyOpen,
    TooManyStreams,
    TooOften,
)
from .archive import ExportDamaged, PlaceRefused, WrittenOnce
from .base import AqumenError, Code
from .model import (
    AccessDenied,
    ConnectionLost,
    CredentialsMissing,
    CredentialsRejected,
    ModelBroke,
    ModelFailed,
    ModelNotFound,
    ModelNotReady,
    ModelRetired,
    ModelThrottled,
    ModelTimedOut,
    ModelUnavailable,
    QuotaExceeded,
    RegionMissing,
    RequestRejected,
    StreamCut,
    StreamStalled,
)
from .requests import (
    ComparingFull,
    Conflict,
    InvalidOrder,
    LeaseLost,
    PromptChanged,
    PromptNotFound,
    QueueFailed,
    RunNotFound,
    ServerFull,
    ShareNotFound,
    ShuttingDown,
    StoreFailed,
    StoreRefused,
)
from .run import BudgetSpent, DeadlineExceeded, RunCancelled, RunStopped, WorkerLost

__all__ = [
    "AccessDenied",
    "AqumenError",
    "BudgetSpent",
    "Code",
    "ComparingFull",
    "Conflict",
    "ConnectionLost",
    "CredentialsMissing",
    "CredentialsRejected",
    "DeadlineExceeded",
    "ExportDamaged",
    "InvalidOrder",
    "KeyRefused",
    "KeysUnreadable",
    "LeaseLost",
    "ModelBroke",
    "ModelFailed",
    "ModelNotFound",
    "ModelNotReady",
    "ModelRetired",
    "ModelThrottled",
    "ModelTimedOut",
    "ModelUnavailable",
    "NotAdmitted",
    "NotAllowed",
    "PlaceRefused",
    "PromptChanged",
    "PromptNotFound",
    "QueueFailed",
    "QuotaExceeded",
    "RegionMissing",
    "RequestRejected",
    "RunCancelled",
    "RunNotFound",
    "RunStopped",
    "ServerFull",
    "ShareNotFound",
    "ShuttingDown",
    "StoreFailed",
    "StoreRefused",
    "StreamCut",
    "StreamStalled",
    "TicketRefused",
    "TooManyOpen",
    "TooManyStreams",
    "TooOften",
    "WorkerLost",
    "WrittenOnce",
]
