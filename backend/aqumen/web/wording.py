"""What is wrong with a field, in words for people instead of pydantic's."""

from typing import Any

_WORDS = {
    "missing": "is required",
    "string_type": "must be text",
    "string_unicode": "must be text without broken characters",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_parsing": "must be true or false",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of {expected}",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "json_invalid": "is not valid JSON",
    "model_attributes_type": "must be a JSON object, sent with Content-Type: application/json",
    "list_type": "must be a list",
    "too_long": "must have at most {max_length} entries",
    "dict_type": "must be a JSON object",
}


def in_words(error: dict[str, Any]) -> str:
    """Return one of pydantic's errors as the end of a sentence that begins with its field."""
    words = _WORDS.get(error["type"])
    if words is None:
        return str(error["msg"]).removeprefix("Value error, ")
    return words.format(**error.get("ctx", {}))
