"""An operator's own file of models: prices that the product does not know, say."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator

from .facts import Facts, ModelFacts


class Own(ModelFacts):
    """What is said of one model."""

    id: str = Field(min_length=1)
    """As it is asked for."""
    name: str = ""

    def over(self, facts: ModelFacts) -> ModelFacts:
        """Return facts with what is said here in their place."""
        said = self.model_fields_set - {"id"}
        return facts.model_copy(update={name: getattr(self, name) for name in said})


class _File(Facts):
    model: tuple[Own, ...]

    @field_validator("model")
    @classmethod
    def _named_once(cls, models: tuple[Own, ...]) -> tuple[Own, ...]:
        for id_, many in Counter(model.id for model in models).items():
            if many > 1:
                raise ValueError(f"{id_} is there {many} times")
        return models


def read_own(path: Path) -> tuple[Own, ...]:
    """Return what a file says; raises ValueError, which says what is wrong with it."""
    try:
        return _File.model_validate(tomllib.loads(path.read_text("utf-8"))).model
    except OSError as gone:
        raise ValueError(f"cannot be read: {gone.strerror}") from gone
    except ValidationError as wrong:
        first: Any = wrong.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{place}: {first['msg']}") from wrong
    except ValueError as wrong:  # of its letters, or of its form
        raise ValueError(f"is not written in TOML: {wrong}") from wrong
