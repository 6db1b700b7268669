"""A run in one of the forms it can be exported in."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from aqumen.store.whole import WholeRun

from .form import as_json
from .lines import as_lines
from .naming import stem
from .report import as_markdown

Format = Literal["json", "jsonl", "markdown"]


class Export(NamedTuple):
    """A file that is to be written or sent."""

    name: str
    """Plain ASCII, made of the topic and the run's id."""
    media_type: str
    body: bytes


class _Form(NamedTuple):
    suffix: str
    media_type: str
    write: Callable[[WholeRun], bytes]


_FORMS: dict[Format, _Form] = {
    "json": _Form(".json", "application/json", as_json),
    "jsonl": _Form(".jsonl", "application/x-ndjson", lambda whole: as_lines(whole.events)),
    "markdown": _Form(".md", "text/markdown; charset=utf-8", as_markdown),
}


def export(whole: WholeRun, form: Format) -> Export:
    """Return a run in a form; the same run and form have the same bytes."""
    chosen = _FORMS[form]
    name = stem(whole.run.order.topic, whole.run.id) + chosen.suffix
    return Export(name, chosen.media_type, chosen.write(whole))


def suffix(form: Format) -> str:
    """Return how the names of a form's files end."""
    return _FORMS[form].suffix
