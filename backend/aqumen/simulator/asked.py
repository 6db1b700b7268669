"""Read a Converse request the way Bedrock does: refuse what it would refuse."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from aqumen.models.estimate import tokens
from aqumen.models.facts import ModelFacts

from .faults import HttpFault
from .mind import Asked


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", alias_generator=to_camel, populate_by_name=True)


class _Content(_Part):
    text: str | None = None
    cache_point: dict[str, Any] | None = None


class _Message(_Part):
    role: Literal["user", "assistant"]
    content: list[_Content]


class _Inference(_Part):
    max_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=1)


class _ToolSpec(_Part):
    name: str
    input_schema: dict[str, Any]


class _Tool(_Part):
    tool_spec: _ToolSpec | None = None


class _Named(_Part):
    name: str


class _ToolChoice(_Part):
    auto: dict[str, Any] | None = None
    any: dict[str, Any] | None = None
    tool: _Named | None = None


class _ToolConfig(_Part):
    tools: list[_Tool] = Field(min_length=1)
    tool_choice: _ToolChoice = _ToolChoice()


class _Body(_Part):
    messages: list[_Message] = Field(min_length=1)
    system: list[_Content] = []
    inference_config: _Inference = _Inference()
    tool_config: _ToolConfig | None = None
    request_metadata: dict[str, str] = {}


class Refused(Exception):
    """Bedrock would answer this request with an error."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.fault = HttpFault(400, "ValidationException", message)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that Bedrock would take."""

    asked: Asked
    input_tokens: int
    max_tokens: int | None
    cached: str = ""
    """What is to be cached: everything before the last cache point; empty without one."""

    @property
    def step(self) -> int | None:
        """The step the request's metadata names."""
        step = self.asked.metadata.get("step", "")
        return int(step) if step.isdecimal() else None

    @property
    def run(self) -> str:
        """The run the request's metadata names."""
        return self.asked.metadata.get("run", "")


def read(model_id: str, raw: bytes, facts: ModelFacts) -> Exchange:
    """Return what is asked; raises Refused with Bedrock's words."""
    try:
        body = _Body.model_validate_json(raw)
    except ValidationError as exc:
        problem = exc.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"]))
        raise Refused(f"Value at '{where}' failed to satisfy constraint: {problem['msg']}") from exc
    _check_texts(body)
    _check_model(body, facts)
    tools = [tool.tool_spec for tool in body.tool_config.tools] if body.tool_config else []
    names = [spec.name for spec in tools if spec]
    _check_choice(body, names)
    parts = [part for message in body.messages for part in message.content]
    prompt = "\n\n".join(part.text for part in parts if part.text)
    said_to_it = prompt + "".join(part.text or "" for part in body.system)
    schemas = "".join(str(spec.input_schema) for spec in tools if spec)
    asked = Asked(
        model_id=model_id,
        prompt=prompt,
        tool_name=names[0] if names else None,
        metadata=body.request_metadata,
        temperature=body.inference_config.temperature,
    )
    counted = tokens(said_to_it + schemas)
    return Exchange(asked, counted, body.inference_config.max_tokens, _before_cache_point(body))


def _before_cache_point(body: _Body) -> str:
    parts = [part for message in body.messages for part in message.content]
    marked = [place for place, part in enumerate(parts) if part.cache_point is not None]
    return "\n\n".join(part.text or "" for part in parts[: marked[-1]]) if marked else ""


def _check_texts(body: _Body) -> None:
    if body.messages[-1].role != "user":
        raise Refused("A conversation must end with a user message.")
    for index, message in enumerate(body.messages):
        for place, part in enumerate(message.content):
            if part.text is not None and not part.text.strip():
                raise Refused(
                    "The text field in the ContentBlock object at "
                    f"messages.{index}.content.{place} is blank."
                )


def _check_model(body: _Body, facts: ModelFacts) -> None:
    wanted = body.inference_config
    if wanted.temperature is not None and not facts.temperature:
        raise Refused("`temperature` is deprecated for this model.")
    if facts.max_output_tokens and (wanted.max_tokens or 0) > facts.max_output_tokens:
        raise Refused(
            f"The maximum tokens you requested exceeds the model limit of "
            f"{facts.max_output_tokens}."
        )
    choice = body.tool_config.tool_choice if body.tool_config else _ToolChoice()
    if not facts.forced_tool and (choice.tool or choice.any is not None):
        raise Refused('tool_choice: type "tool" and "any" are not supported for this model.')


def _check_choice(body: _Body, names: list[str]) -> None:
    choice = body.tool_config.tool_choice if body.tool_config else _ToolChoice()
    if choice.tool and choice.tool.name not in names:
        raise Refused(f"Tool '{choice.tool.name}' is not among the tools provided.")
