"""JSON Schema for the tools models answer through."""

from collections.abc import Sequence

from aqumen.models.request import JsonObject


def record(**fields: JsonObject) -> JsonObject:
    """Return the schema of an object with exactly these fields, written in this order."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def text(description: str) -> JsonObject:
    """Return the schema of a text."""
    return {"type": "string", "description": description}


def choice(options: Sequence[str], description: str) -> JsonObject:
    """Return the schema of one of several words."""
    return {"type": "string", "enum": list(options), "description": description}


def number(description: str) -> JsonObject:
    """Return the schema of a number from 0 to 1."""
    return {"type": "number", "minimum": 0, "maximum": 1, "description": description}


def several(items: JsonObject, least: int, most: int, description: str) -> JsonObject:
    """Return the schema of a list of `least` to `most` items."""
    return {
        "type": "array",
        "items": items,
        "minItems": least,
        "maxItems": most,
        "description": description,
    }
