"""What is known about models: prices, capabilities, ends of life, and what they taught us."""

import logging
import re
import threading
import tomllib
from collections.abc import Iterable, Mapping, Set
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from aqumen.events import Usage

from .facts import Facts, ModelFacts
from .own_models import Own, read_own

logger = logging.getLogger(__name__)

Capability = Literal["temperature", "forced_tool"]

WARN_DAYS = 60
"""How long before its end of life a model is warned about."""

_REMEMBERED = 256
"""Model ids; a run may name its own."""

_FILE = Path(__file__).with_name("known_models.toml")
_ID = re.compile(
    r"(?:^|/)(?:(?P<scope>[a-z-]+)\.)?anthropic\."
    r"(?P<family>claude-[a-z]+-\d{1,2}(?:-\d{1,2})?)"
    r"(?:-\d{8})?(?:-v\d+)?(?::[0-9a-z]+)*$"
)


class _Family(ModelFacts):
    family: str
    surcharged: bool = True


class _File(Facts):
    as_of: date
    sources: tuple[str, ...]
    surcharge: float
    family: tuple[_Family, ...]


class KnownModels:
    """The facts of the data file and what this process has learned; safe to use from any thread."""

    def __init__(
        self,
        families: Mapping[str, ModelFacts],
        surcharges: Mapping[str, float],
        as_of: date,
        own: Mapping[str, Own] = MappingProxyType({}),
    ) -> None:
        self.as_of = as_of
        """When the prices were looked up that come with the product."""
        self._own = MappingProxyType(dict(own))
        self._families = MappingProxyType(dict(families))
        self._surcharges = MappingProxyType(dict(surcharges))
        self._lock = threading.Lock()
        self._refused: MappingProxyType[str, Set[Capability]] = MappingProxyType({})
        # Asked several times for every call.
        self._published = lru_cache(maxsize=_REMEMBERED)(self._read)

    @classmethod
    def shipped(cls) -> "KnownModels":
        """Read the data file that comes with the product."""
        return cls.read(None)

    @classmethod
    def read(cls, own: Path | None) -> "KnownModels":
        """Read that file, and an operator's own, whose word goes before.

        That one has a `[[model]]` for each `id`, as it is asked for, with the facts that are set;
        its prices hold as they stand. Raises ValueError, which says what is wrong with it.
        """
        file = _File.model_validate(tomllib.loads(_FILE.read_text("utf-8")))
        families = {
            family.family: ModelFacts.model_validate(
                family.model_dump(exclude={"family", "surcharged"})
            )
            for family in file.family
        }
        return cls(
            families,
            {family.family: file.surcharge for family in file.family if family.surcharged},
            file.as_of,
            {} if own is None else {model.id: model for model in read_own(own)},
        )

    def facts(self, model_id: str) -> ModelFacts:
        """Return what is known about a model id or ARN. Never raises."""
        facts = self._published(model_id)
        refused = self._refused.get(model_id)
        if not refused:
            return facts
        return facts.model_copy(update=dict.fromkeys(refused, False))

    def learn(self, model_id: str, refuses: Capability) -> None:
        """Keep, for the life of the process, that a model refused a part of a request."""
        with self._lock:
            known = self._refused.get(model_id, frozenset())
            if refuses in known:
                return
            self._refused = MappingProxyType({**self._refused, model_id: {*known, refuses}})
        logger.warning("model %s refuses %s: leaving it out from now on", model_id, refuses)

    def cost_usd(self, model_id: str, usage: Usage) -> float:
        """Return what a call cost in USD; 0.0 where no price is known."""
        prices = self.facts(model_id).prices
        return prices.of(usage) if prices else 0.0

    def warnings(self, model_ids: Iterable[str], today: date) -> list[str]:
        """Return one sentence per thing an operator should know about these models."""
        found = []
        for model_id in dict.fromkeys(model_ids):
            facts = self.facts(model_id)
            if facts.end_of_life and (facts.end_of_life - today).days <= WARN_DAYS:
                name = f"{facts.name} ({public_id(model_id)})"
                found.append(_about_end(name, facts.end_of_life, today))
            if not facts.priced:
                found.append(
                    f"No price is known for {public_id(model_id)}: its calls count as 0 USD."
                )
        return found

    def _read(self, model_id: str) -> ModelFacts:
        facts, own = self._of_family(model_id), self._own.get(model_id)
        return facts if own is None else own.over(facts)

    def _of_family(self, model_id: str) -> ModelFacts:
        found = _ID.search(model_id)
        facts = self._families.get(found["family"]) if found else None
        if found is None or facts is None:
            return ModelFacts(name=public_id(model_id))
        surcharge = self._surcharges.get(found["family"], 1.0)
        if found["scope"] == "global" or facts.prices is None:
            return facts
        return facts.model_copy(update={"prices": facts.prices.times(surcharge)})


def public_id(model_id: str) -> str:
    """Return a model id as clients may see it: of an ARN, what follows the account number."""
    return model_id.split(":", 5)[-1] if model_id.startswith("arn:") else model_id


def _about_end(name: str, end: date, today: date) -> str:
    if end <= today:
        return f"{name} reached its end of life on {end}: choose a newer model."
    days = (end - today).days
    return f"{name} reaches its end of life on {end}, in {days} days: choose a newer model."
