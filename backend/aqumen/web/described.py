"""The application's OpenAPI document, with what FastAPI cannot say by itself."""

import json
from typing import Any

from fastapi import FastAPI

from . import (
    branch_examples,
    bulk_examples,
    insight_examples,
    play_examples,
    prompt_examples,
    ticket_examples,
)
from .examples import EXAMPLES
from .export_examples import EXAMPLES as EXPORTS
from .problem_examples import before_the_route
from .problems import Problem
from .rights import RIGHTS, Right


class Described(FastAPI):
    """An application whose document has the parts that `examples` refers to."""

    document: bytes | None = None
    """As it is sent; None until it was written."""

    def write(self) -> bytes:
        """Write the document, unless it is there: that takes a second or more, and holds the GIL.

        Not for several threads at once.
        """
        if self.document is None:
            self.document = json.dumps(self.openapi(), separators=(",", ":")).encode()
        return self.document

    def openapi(self) -> dict[str, Any]:
        """Return the document."""
        document = super().openapi()
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        examples = EXAMPLES | branch_examples.EXAMPLES | EXPORTS | play_examples.EXAMPLES
        examples |= ticket_examples.EXAMPLES
        examples |= insight_examples.EXAMPLES | bulk_examples.EXAMPLES | prompt_examples.EXAMPLES
        document["components"]["examples"] = examples
        document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"key": []}]
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _say_what_comes_before(operation, RIGHTS[method.upper(), path])
        return document


def _say_what_comes_before(operation: dict[str, Any], right: Right) -> None:
    """Add what is answered before a route is asked, and that no key is needed where none is."""
    told = before_the_route(right, body="requestBody" in operation)
    said = operation["responses"] | {str(status): answer for status, answer in told.items()}
    operation["responses"] = dict(sorted(said.items()))
    if right.anybody:
        operation["security"] = []
