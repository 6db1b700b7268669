"""Read the events of a converse stream into one answer."""

import json
from collections.abc import Iterable
from time import monotonic
from typing import Required

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from aqumen.errors import StreamCut
from aqumen.events import Usage
from aqumen.models.ear import Ear
from aqumen.models.request import JsonObject, Reply

from .frames import Event, Frames


class _Part(BaseModel):
    # Bedrock adds fields without notice; those we do not read must not fail a call.
    model_config = ConfigDict(extra="ignore", alias_generator=to_camel, populate_by_name=True)


class _Stop(_Part):
    stop_reason: str


class _Tokens(_Part):
    input_tokens: int
    output_tokens: int
    cache_read_input_tokens: int = 0
    cache_write_input_tokens: int = 0


class _Metadata(_Part):
    usage: _Tokens


# What comes hundreds of times in a run: read into dictionaries, which takes a tenth of the time.
class _ToolPiece(TypedDict, total=False):
    name: str
    input: str


class _Content(TypedDict, total=False):
    text: str
    toolUse: _ToolPiece


class _Block(TypedDict, total=False):
    contentBlockIndex: Required[int]
    start: _Content
    delta: _Content


_BLOCK = TypeAdapter(_Block)


class Reading:
    """An answer as far as it has been read. Reasoning is passed over: it is not answer text."""

    def __init__(self, tool: str | None, ear: Ear, started: float) -> None:
        self._tool = tool
        self._ear = ear
        self._started = started
        self._frames = Frames()
        self._first_token_seconds: float | None = None
        self._texts: list[str] = []
        self._tool_names: dict[int, str] = {}
        self._tool_inputs: dict[int, list[str]] = {}
        self._stop_reason: str | None = None
        self._usage: Usage | None = None

    def wanted(self) -> bool:
        """Whether what comes is to be read at once, and not when the answer is over."""
        # The first of the text also says how long it took to come.
        return self._first_token_seconds is None or self._ear.watched()

    def read(self, came: bytes) -> None:
        """Read what has come, and tell the ear what is written there.

        Raises botocore's EventStreamError for an exception event, ConnectionLost for damage, and
        pydantic's ValidationError for an event of another shape, after what was before it.
        """
        self.take(self._frames.take(came))

    def take(self, events: Iterable[Event]) -> None:
        """Read events that came together, as `read` does."""
        pieces: list[str] = []
        try:
            for name, content in events:
                pieces.append(self._take(name, content))
        finally:
            if pieces:
                self._tell("".join(pieces))

    def _tell(self, piece: str) -> None:
        if piece and self._first_token_seconds is None:
            self._first_token_seconds = monotonic() - self._started
        if piece or not self._ear.begun:
            self._ear.hear(piece)

    def _take(self, name: str, content: bytes) -> str:
        if name in ("contentBlockDelta", "contentBlockStart"):
            block = _BLOCK.validate_json(content)
            return self._content(
                block["contentBlockIndex"], block.get("delta") or block.get("start")
            )
        if name == "messageStop":
            self._stop_reason = _Stop.model_validate_json(content).stop_reason
        elif name == "metadata":
            self._usage = _usage(_Metadata.model_validate_json(content).usage)
        return ""

    def _content(self, index: int, content: _Content | None) -> str:
        if not content:
            return ""
        if (tool := content.get("toolUse")) is not None:
            piece = tool.get("input", "")
            if name := tool.get("name"):
                self._tool_names[index] = name
            self._tool_inputs.setdefault(index, []).append(piece)
        elif piece := content.get("text", ""):
            self._texts.append(piece)
        return piece

    def reply(self) -> Reply:
        """Return the answer; raises StreamCut if what was read ends before its end."""
        if self._stop_reason is None or self._usage is None:
            raise StreamCut
        written = self._tool_text()
        return Reply(
            text="".join(self._texts) if written is None else written,
            tool_input=None if written is None else _object(written),
            stop_reason=self._stop_reason,
            usage=self._usage,
            duration_seconds=monotonic() - self._started,
            first_token_seconds=self._first_token_seconds,
        )

    def _tool_text(self) -> str | None:
        """Return what was written into the first call of the tool asked for."""
        for index, pieces in self._tool_inputs.items():
            if self._tool_names.get(index) == self._tool:
                return "".join(pieces)
        return None


def _usage(tokens: _Tokens) -> Usage:
    return Usage(
        input_tokens=tokens.input_tokens,
        output_tokens=tokens.output_tokens,
        cache_read_tokens=tokens.cache_read_input_tokens,
        cache_write_tokens=tokens.cache_write_input_tokens,
    )


def _object(written: str) -> JsonObject | None:
    """Return the JSON object, or None if it is no such thing."""
    try:
        value = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
