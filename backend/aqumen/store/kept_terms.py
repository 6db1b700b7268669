"""A run's terms as their column keeps them."""

import logging
from typing import Any

from pydantic import ValidationError
from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator

from aqumen.terms import Terms

logger = logging.getLogger(__name__)


class KeptTerms(TypeDecorator[Terms]):
    """Terms as JSON; what this release cannot read counts as not kept."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Terms | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Return what JSON can hold."""
        return None if value is None else value.model_dump()

    def process_result_value(self, value: Any, dialect: Dialect) -> Terms | None:  # noqa: ARG002
        """Return what was kept: a run whose terms another release wrote has to end all the same."""
        if value is None:
            return None
        try:
            return Terms.model_validate(value)
        except ValidationError as unreadable:
            wrong = ", ".join(".".join(map(str, each["loc"])) for each in unreadable.errors())
            logger.warning("a run's terms cannot be read, and today's hold for it: %s", wrong)
            return None
