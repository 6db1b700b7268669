"""How a reply becomes a value: complete, through the tool, in shape, then the step's own checks."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from aqumen.events import Check
from aqumen.models.request import Reply

from .checks import check
from .contract import Outcome


class Form(BaseModel):
    """What a tool's input has to look like before its content is looked at."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", str_strip_whitespace=True, allow_inf_nan=False
    )


F = TypeVar("F", bound=Form)
T = TypeVar("T")

_ENDED_WELL = frozenset({"end_turn", "tool_use", "stop_sequence"})
_ENDED_BADLY = {
    "content_filtered": "A content filter ended the answer. Keep to the task, in neutral words.",
    "guardrail_intervened": "A guardrail ended the answer. Keep to the task, in neutral words.",
    "refusal": "The model refused to answer. Keep to the task, in neutral words.",
    "malformed_tool_use": "The tool call could not be read. Send one tool call with valid JSON.",
    "malformed_model_output": "The answer could not be read. Write it again from the beginning.",
    "model_context_window_exceeded": "There was no room left for the answer. Write a shorter one.",
}


def completeness(reply: Reply) -> tuple[Check, ...]:
    """Return the checks that the answer came to its own end."""
    reason = reply.stop_reason
    truncated = reason == "max_tokens"
    ended = truncated or reason in _ENDED_WELL
    return (
        check(
            "not_truncated",
            ["The answer was cut off at its length limit. Say the same in fewer words."]
            * truncated,
        ),
        check(
            "complete",
            [] if ended else [_ENDED_BADLY.get(reason, "The answer ended for an unknown reason.")],
        ),
    )


def read(
    reply: Reply,
    form: type[F],
    rules: Callable[[F], tuple[Check, ...]],
    build: Callable[[F], T],
) -> Outcome[T]:
    """Read a tool's input as a form, apply the step's rules and build its value if all hold."""
    checks = (*completeness(reply), check("used_tool", _tool_problems(reply)))
    if not _all_passed(checks):
        return Outcome(checks, None)
    try:
        filled = form.model_validate(reply.tool_input)
    except ValidationError as wrong:
        return Outcome((*checks, check("shape", map(_sentence, wrong.errors()))), None)
    checks = (*checks, check("shape", []), *rules(filled))
    return Outcome(checks, build(filled) if _all_passed(checks) else None)


def _all_passed(checks: tuple[Check, ...]) -> bool:
    return all(each.passed for each in checks)


def _tool_problems(reply: Reply) -> list[str]:
    if reply.tool_input is not None:
        return []
    return ["The answer did not come as the tool's input. Call the tool once, with a JSON object."]


def _sentence(error: ErrorDetails) -> str:
    where = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]
    ).lstrip(".")
    return f"`{where}` {_complaint(error)}." if where else f"The input {_complaint(error)}."


def _complaint(error: ErrorDetails) -> str:
    match error["type"]:
        case "missing":
            return "is missing"
        case "tuple_type" | "list_type":
            return "should be a list"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "should be an object"
        case "string_unicode":
            return "should be valid Unicode text"
        case _:
            return error["msg"].removeprefix("Value error, ").replace("Input should", "should")
