"""Turn what a mind says into a Converse answer: blocks, stop reason, usage."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from aqumen.models.estimate import tokens
from aqumen.models.request import JsonObject

from .asked import Exchange
from .cache import UNCACHED, Cached
from .frames import event
from .mind import Said
from .pace import cut

_THOUGHT = "The question is read again, the requirements are listed, then the answer is planned."
_TOOL_USE_ID = "tooluse_simulated"


@dataclass(frozen=True, slots=True)
class Block:
    """One content block of an answer."""

    kind: Literal["reasoning", "text", "tool"]
    text: str
    tool_name: str = ""

    def start(self) -> dict[str, Any] | None:
        """Return the start event's `start`: only tool use has one."""
        if self.kind != "tool":
            return None
        return {"toolUse": {"toolUseId": _TOOL_USE_ID, "name": self.tool_name}}

    def delta(self, piece: str) -> dict[str, Any]:
        """Return a delta event's `delta`."""
        if self.kind == "tool":
            return {"toolUse": {"input": piece}}
        return {"text": piece} if self.kind == "text" else {"reasoningContent": {"text": piece}}

    def whole(self) -> dict[str, Any]:
        """Return the block as it stands in an answer that is not streamed."""
        if self.kind == "tool":
            use = {"toolUseId": _TOOL_USE_ID, "name": self.tool_name, "input": _input(self.text)}
            return {"toolUse": use}
        if self.kind == "text":
            return {"text": self.text}
        return {"reasoningContent": {"reasoningText": {"text": self.text}}}


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    blocks: tuple[Block, ...]
    stop_reason: str
    input_tokens: int
    """Those of the cache included."""
    cached: Cached = UNCACHED

    @property
    def length(self) -> int:
        """Characters of all blocks."""
        return sum(len(block.text) for block in self.blocks)

    def usage(self) -> dict[str, int]:
        """Return the token counts; what was thought counts as output."""
        written = max(1, sum(tokens(block.text) for block in self.blocks))
        used = {
            "inputTokens": self.input_tokens - sum(self.cached),
            "outputTokens": written,
            "totalTokens": self.input_tokens + written,
        }
        if any(self.cached):
            used["cacheReadInputTokens"], used["cacheWriteInputTokens"] = self.cached
        return used


def answer(said: Said, exchange: Exchange, *, thinks: bool, fault: str | None) -> Answer:
    """Return the answer, with the part of a fault that shows in it."""
    blocks = _blocks(said, exchange.asked.tool_name, fault)
    stop = "tool_use" if blocks[-1].kind == "tool" else "end_turn"
    longest = 4 * exchange.max_tokens if exchange.max_tokens else None
    if fault == "max_tokens":
        longest = sum(len(block.text) for block in blocks) // 2
    if longest is not None and sum(len(block.text) for block in blocks) > longest:
        blocks, stop = _cut_off(blocks, longest), "max_tokens"
    if thinks:
        blocks = [Block("reasoning", _THOUGHT), *blocks]
    return Answer(tuple(blocks), stop, exchange.input_tokens)


def body_frames(reply: Answer, pieces: int) -> Iterator[bytes]:
    """Yield the frames from `messageStart` to the last block's end, one for each piece."""
    yield event("messageStart", {"role": "assistant"})
    for index, block in enumerate(reply.blocks):
        if start := block.start():
            yield event("contentBlockStart", {"contentBlockIndex": index, "start": start})
        share = -(-pieces * len(block.text) // max(1, reply.length))
        for piece in cut(block.text, share):
            delta = {"contentBlockIndex": index, "delta": block.delta(piece)}
            yield event("contentBlockDelta", delta)
        yield event("contentBlockStop", {"contentBlockIndex": index})


def end_frames(reply: Answer, latency_ms: int) -> bytes:
    """Return the last two frames: `messageStop` and `metadata`."""
    metadata = {"usage": reply.usage(), "metrics": {"latencyMs": latency_ms}}
    return event("messageStop", {"stopReason": reply.stop_reason}) + event("metadata", metadata)


def whole(reply: Answer, latency_ms: int) -> dict[str, Any]:
    """Return the answer as `converse` gives it, in one piece."""
    content = [block.whole() for block in reply.blocks]
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": reply.stop_reason,
        "usage": reply.usage(),
        "metrics": {"latencyMs": latency_ms},
    }


def _blocks(said: Said, tool_name: str | None, fault: str | None) -> list[Block]:
    if said.tool_input is None or tool_name is None or fault == "no_tool":
        return [Block("text", said.text or json.dumps(said.tool_input or {}))]
    written = json.dumps(said.tool_input)
    if fault == "bad_json":
        written = written[:-1]
    before = [Block("text", said.text)] if said.text else []
    return [*before, Block("tool", written, tool_name)]


def _input(written: str) -> JsonObject:
    # Only a stream can show a broken input; in one piece it would be JSON all the same.
    try:
        return dict(json.loads(written))
    except ValueError:
        return {}


def _cut_off(blocks: list[Block], longest: int) -> list[Block]:
    kept, room = [], longest
    for block in blocks:
        if room > 0:
            kept.append(replace(block, text=block.text[:room]))
        room -= len(block.text)
    return kept or [replace(blocks[0], text="")]
