"""Put a request into Bedrock's words."""

import re
from collections.abc import Mapping
from typing import Any

from aqumen.models.estimate import tokens
from aqumen.models.facts import ModelFacts
from aqumen.models.known import Capability
from aqumen.models.request import Request, Tool

Order = dict[str, Any]

_ONLY_THE_TOOL = (
    "Answer by calling the tool `{name}` exactly once, with the whole answer in its input. "
    "Write no other text."
)
_METADATA_ENTRIES = 16
_METADATA_LENGTH = 256
_NOT_METADATA = re.compile(r"[^a-zA-Z0-9\s:_@$#=/+,\-.]")
_OUT_OF_RANGE = re.compile(r"less than|greater than|between|at most|at least|range")
_TOOL_CHOICE = re.compile(r"tool[ _]?choice|forced? tool|thinking.*\btool")


def order(request: Request, facts: ModelFacts, *, cache: bool = False) -> Order:
    """Return the arguments of `converse_stream`, without what the model is known to refuse.

    With `cache`, a prompt that is repeated and long enough for this model is marked to be cached.
    """
    content: list[Order] = [{"text": request.prompt}]
    if cache and _worth_caching(request, facts):
        content.append({"cachePoint": {"type": "default"}})
    asked: Order = {
        "modelId": request.model,
        "messages": [{"role": "user", "content": content}],
        "inferenceConfig": _inference(request, facts),
    }
    if request.tool:
        asked["toolConfig"] = _tool_config(request.tool, forced=facts.forced_tool)
        if not facts.forced_tool:
            asked["system"] = [{"text": _ONLY_THE_TOOL.format(name=request.tool.name)}]
    if request.metadata:
        asked["requestMetadata"] = _metadata(request.metadata)
    return asked


def _worth_caching(request: Request, facts: ModelFacts) -> bool:
    # Written to the cache a prompt costs a quarter more: one that is asked once is dearer for it.
    floor = facts.cache_floor
    return request.repeated and floor is not None and tokens(request.prompt) >= floor


def refused(said: str, asked: Order) -> Capability | None:
    """Return which part of the order a rejection (in lower case) objects to as such.

    A value that is out of range is an error of ours, not a part the model does not take.
    """
    if "temperature" in asked["inferenceConfig"] and "temperature" in said:
        return None if _OUT_OF_RANGE.search(said) else "temperature"
    if "tool" in asked.get("toolConfig", {}).get("toolChoice", {}) and _TOOL_CHOICE.search(said):
        return "forced_tool"
    return None


def _inference(request: Request, facts: ModelFacts) -> Order:
    inference: Order = {"maxTokens": facts.most_tokens(request.max_tokens)}
    if request.temperature is not None and facts.temperature:
        inference["temperature"] = request.temperature
    return inference


def _tool_config(tool: Tool, *, forced: bool) -> Order:
    spec = {
        "name": tool.name,
        "description": tool.description,
        "inputSchema": {"json": tool.schema},
    }
    choice = {"tool": {"name": tool.name}} if forced else {"auto": {}}
    return {"tools": [{"toolSpec": spec}], "toolChoice": choice}


def _metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return the entries Bedrock takes: the first 16, other characters replaced, cut to length."""
    entries = list(metadata.items())[:_METADATA_ENTRIES]
    return {_entry(name): _entry(value) for name, value in entries if name}


def _entry(text: str) -> str:
    return _NOT_METADATA.sub("_", text)[:_METADATA_LENGTH]
