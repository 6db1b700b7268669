"""Ask which mistakes people and models make in a subtopic."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from aqumen.events import Check
from aqumen.judging.names import key
from aqumen.judging.tokens import tokens
from aqumen.material import Aim, Catalog, Mistake
from aqumen.models.request import Reply, Tool

from . import schema, words
from .checks import check, shown
from .contract import Ask, Outcome
from .reading import Form, read

_SIZE = 6
_LONGEST = 200
_GENERIC = words.content(
    """error mistake wrong incorrect bad bug issue problem missing improper invalid answer code
    example something anything various general overall usage case thing look like none null todo
    above below see hint match phrase construct text output result response"""
)


class _Entry(Form):
    mistake: str
    why_wrong: str
    match_hint: str
    impact: Literal["Minor", "Moderate", "Major"]
    domain_specific: bool
    likelihood_strong_avoids: float = Field(ge=0, le=1)
    likelihood_weak_makes: float = Field(ge=0, le=1)


class _Entries(Form):
    errors: tuple[_Entry, ...]


TOOL = Tool(
    name="error_catalog_tool",
    description="Record the six mistakes of the catalog.",
    schema=schema.record(
        errors=schema.several(
            schema.record(
                mistake=schema.text("The mistake's name: one line, four words or more."),
                why_wrong=schema.text("Why it is wrong and what comes of it; 1-2 sentences."),
                match_hint=schema.text("What the mistake looks like on the page when it is made."),
                impact=schema.choice(["Minor", "Moderate", "Major"], "How bad the result is."),
                domain_specific={
                    "type": "boolean",
                    "description": "Whether seeing it takes knowledge of this subtopic.",
                },
                likelihood_strong_avoids=schema.number("That an expert avoids it."),
                likelihood_weak_makes=schema.number("That a superficial solver makes it."),
            ),
            _SIZE,
            _SIZE,
            "Exactly six different mistakes.",
        )
    ),
)


@dataclass(frozen=True, slots=True)
class ErrorCatalog:
    """Step 2."""

    aim: Aim

    def ask(self) -> Ask:
        """Return what to put to the model."""
        return Ask("error_catalog", self.aim.model_dump(), TOOL, max_tokens=4096)

    def accept(self, reply: Reply) -> Outcome[Catalog]:
        """Check the catalog's entries."""
        return read(reply, _Entries, _checks, _catalog)


def _checks(entries: _Entries) -> tuple[Check, ...]:
    errors = entries.errors
    return (
        check("six_errors", _miscounted(len(errors))),
        check("mistakes_specific", _unspecific(errors)),
        check("mistakes_distinct", _repeated(errors)),
        check("reasons_given", _unreasoned(errors)),
        check("hints_usable", _hintless(errors)),
    )


def _catalog(entries: _Entries) -> Catalog:
    return tuple(Mistake.model_validate(entry.model_dump()) for entry in entries.errors)


def _miscounted(count: int) -> list[str]:
    return [] if count == _SIZE else [f"The catalog has {count} entries; give exactly {_SIZE}."]


def _unspecific(errors: tuple[_Entry, ...]) -> Iterator[str]:
    for entry in errors:
        if words.count(entry.mistake) < 4:
            yield f"The mistake {shown(entry.mistake)} needs four words or more: name what is done."
        elif len(entry.mistake) > _LONGEST or not entry.mistake.isprintable():
            yield f"The mistake {shown(entry.mistake)} must be one line, at most {_LONGEST} long."


def _repeated(errors: tuple[_Entry, ...]) -> Iterator[str]:
    seen: set[str] = set()
    for entry in errors:
        if key(entry.mistake) in seen:
            yield f"The mistake {shown(entry.mistake)} stands there twice; replace one of them."
        seen.add(key(entry.mistake))


def _unreasoned(errors: tuple[_Entry, ...]) -> Iterator[str]:
    for entry in errors:
        if words.count(entry.why_wrong) < 4:
            yield f"The mistake {shown(entry.mistake)} needs a whole sentence in `why_wrong`."


def _hintless(errors: tuple[_Entry, ...]) -> Iterator[str]:
    for entry in errors:
        if len(entry.match_hint) < 6:
            yield f"The hint {shown(entry.match_hint)} is shorter than 6 characters."
        elif _fits_anything(entry.match_hint):
            yield (
                f"The hint {shown(entry.match_hint)} would fit any mistake; write the words or "
                "the construct that would stand on the page."
            )


def _fits_anything(hint: str) -> bool:
    """Return whether nothing is left without generic words; an operator makes a construct."""
    constructs = any(
        token.kind == "operator" and token.text not in {"-", "/", "*", "!"}
        for token in tokens(hint)
    )
    return not constructs and not words.content(hint) - _GENERIC
