"""The prompt texts, and how they are filled in."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

_PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}")
_NEARLY = re.compile(r"\{\{\s*([A-Za-z_]+)\s*\}\}")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FOLDER = Path(__file__).parent / "prompts"


@dataclass(frozen=True, slots=True)
class Template:
    """One prompt text with `{{placeholders}}`."""

    name: str
    text: str

    @property
    def version(self) -> str:
        """A short fingerprint of the text: the same text has the same version everywhere."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]

    @property
    def placeholders(self) -> frozenset[str]:
        """The names the text asks for."""
        return frozenset(_PLACEHOLDER.findall(self.text))

    def fill(self, values: Mapping[str, str]) -> str:
        """Put the values in, once: a `{{name}}` inside a value stays as it is.

        Raises KeyError if the text asks for a value that is not there.
        """
        return _PLACEHOLDER.sub(lambda found: values[found[1]], self.text)

    def misfit(self, instead_of: "Template") -> str | None:
        """Return why this text cannot stand in for another, as a sentence; None if it can.

        It asks for what the other asks for: the data, and the key that marks it as data.
        """
        faults = []
        if unknown := self.placeholders - instead_of.placeholders:
            faults.append(f"asks for {_listed(unknown)}, which this prompt is not given")
        if missing := instead_of.placeholders - self.placeholders:
            faults.append(f"lacks {_listed(missing)}")
        if nearly := self._nearly(instead_of.placeholders):
            faults.append(f"holds {nearly!r}, which is not filled in: write it small, without gaps")
        if unreadable := _UNREADABLE.search(self.text):
            faults.append(f"holds the control character {unreadable[0]!r}")
        return f"The text for {self.name} {'; it '.join(faults)}." if faults else None

    def _nearly(self, known: frozenset[str]) -> str | None:
        """Return what was probably meant as a placeholder and would go to the model as it is."""
        found = (each for each in _NEARLY.finditer(self.text) if each[1].lower() in known)
        return next((each[0] for each in found if not _PLACEHOLDER.fullmatch(each[0])), None)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{{{{{name}}}}}" for name in sorted(names))


class Prompts:
    """The set of prompt texts a run uses; fixed for the run's life."""

    def __init__(self, texts: Mapping[str, str], numbers: Mapping[str, int] | None = None) -> None:
        self.texts = MappingProxyType(dict(texts))
        self.numbers = MappingProxyType(dict(numbers or {}))
        """Which saved version a text is, by name: 0 the shipped one; none for a run's own text."""

    @classmethod
    def shipped(cls) -> "Prompts":
        """The texts that come with the product: `prompts/<name>.txt`."""
        texts = {path.stem: path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.txt"))}
        return cls(texts, dict.fromkeys(texts, 0))

    def __getitem__(self, name: str) -> Template:
        return Template(name, self.texts[name])

    def __iter__(self) -> Iterator[Template]:
        return (Template(name, text) for name, text in self.texts.items())

    @property
    def versions(self) -> dict[str, str]:
        """The version of each text, by name."""
        return {template.name: template.version for template in self}
