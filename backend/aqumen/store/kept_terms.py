"""A run's terms as their column keeps them."""

from typing import Any

from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator

from aqumen.terms import Terms


class KeptTerms(TypeDecorator[Terms]):
    """Terms as JSON; what cannot be read raises pydantic's ValidationError."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Terms | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Return what JSON can hold."""
        return None if value is None else value.model_dump()

    def process_result_value(self, value: Any, dialect: Dialect) -> Terms | None:  # noqa: ARG002
        """Return what was kept."""
        return None if value is None else Terms.model_validate(value)
