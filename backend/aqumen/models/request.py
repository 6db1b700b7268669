"""What is asked of a model and what comes back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aqumen.events import Call, Usage

from .departure import Departure
from .ear import Ear

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool a model answers through, so that its answer is data."""

    name: str
    description: str
    schema: JsonObject
    """JSON Schema of the tool's input."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question to one model."""

    model: str
    prompt: str
    tool: Tool | None = None
    max_tokens: int = 4096
    temperature: float | None = None
    """Left out where the model refuses it."""
    label: str = ""
    """Which of a step's calls this is, for people; the model never sees it."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """Goes into the service's invocation logs: run, step, attempt."""
    repeated: bool = False
    """Whether the same prompt is put to the same model several times within minutes."""
    departure: Departure = field(default_factory=Departure)
    """Each try has its own."""
    ear: Ear = field(default_factory=Ear, compare=False)
    """Hears the answer while it is written; each try has its own."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered, complete up to its stop reason."""

    text: str
    """The text, or the tool's input as the model wrote it."""
    tool_input: JsonObject | None
    """The tool's input; None when no tool block came or it was not a JSON object."""
    stop_reason: str
    """Bedrock's own word: `end_turn`, `tool_use`, `max_tokens`, ..."""
    usage: Usage
    duration_seconds: float
    first_token_seconds: float | None


def reply_of(call: Call) -> Reply:
    """Return what a call was answered with, from what is kept of it."""
    return Reply(
        text=call.response,
        tool_input=json.loads(call.response) if call.used_tool else None,
        stop_reason=call.stop_reason,
        usage=call.usage,
        duration_seconds=call.duration_seconds,
        first_token_seconds=call.first_token_seconds,
    )
