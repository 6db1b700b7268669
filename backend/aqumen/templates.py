"""The prompt texts, and how they are filled in."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

_PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}")
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


class Prompts:
    """The set of prompt texts a run uses; fixed for the run's life."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = MappingProxyType(dict(texts))

    @classmethod
    def shipped(cls) -> "Prompts":
        """The texts that come with the product: `prompts/<name>.txt`."""
        return cls({path.stem: path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.txt"))})

    def __getitem__(self, name: str) -> Template:
        return Template(name, self.texts[name])

    def __iter__(self) -> Iterator[Template]:
        return (Template(name, text) for name, text in self.texts.items())

    @property
    def versions(self) -> dict[str, str]:
        """The version of each text, by name."""
        return {template.name: template.version for template in self}
