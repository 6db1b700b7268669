"""Text that would act if it were read as markup, put wherever others write, and looked for."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from google.protobuf.message import Message as Proto  # type: ignore[import-untyped]
from streamlit.testing.v1 import AppTest

HOST = "evil.example"
NASTY = (
    f"\"' onload='x' onload=\"x\" ><img src=http://{HOST}/x onerror=alert(1)> "
    f"![i](http://{HOST}/i.png) [l](//{HOST}/) </code></div><script>1</script> <http://{HOST}/> "
    "**b** :material/home: :red[r]"
)
_WRITTEN = {"model", "label", "name", "check", "id", "version", "author", "key"}
"""What else than sentences comes from outside, by name."""
_BY_NAME = {"step_number", "run_id", "type", "event"}

_ACTS = {"img", "script", "a", "iframe", "object", "embed", "link", "form", "svg", "video", "meta"}
_MARKDOWN = (
    "<img",
    "<script",
    "![i](",
    "[l](",
    f"<http://{HOST}",
    "**b**",
    ":material/home",
    ":red[r]",
)
_PLAIN = {
    "code": {"code_text"},
    "text": {"body"},
    "text_area": {"value", "default"},
    "text_input": {"value", "default"},
    "selectbox": {"options", "raw_value"},
    "multiselect": {"options", "raw_values"},
}
"""What is shown letter by letter, by the kind of element."""
_NOT_SHOWN = {"id", "key", "query_string", "url", "mime", "data", "spec"}
_SHOWN_AS_IT_IS = re.compile(r"(?<!\\)`[^`]+`|\\.")
"""Code, and what a backslash stands before."""


def spoilt(value: Any, name: str = "") -> Any:
    """Return a reply or an event in which everything that others write is nasty."""
    if isinstance(value, dict):
        if {"text", "start", "end"} <= value.keys():
            return value | {"text": NASTY, "start": 0, "end": len(NASTY)}
        return {key: spoilt(each, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [spoilt(each, name) for each in value]
    if not isinstance(value, str) or name in _BY_NAME:
        return value
    if name == "response_full" and value.startswith("{"):
        return json.dumps(spoilt(json.loads(value)), ensure_ascii=False)
    return f"{NASTY} {value}" if " " in value or name in _WRITTEN else value


def check(app: AppTest) -> int:
    """Fail if anything nasty on a page is more than text; return how often it stands there."""
    assert not app.exception, app.exception
    found = [each for each in _texts(app) if HOST in each[2]]
    for kind, place, text in found:
        acting = _acting(kind, place, text)
        assert not acting, f"{acting} in {kind}.{place}: {text[:600]}"
    return len(found)


def _acting(kind: str, place: str, text: str) -> list[str]:
    """Return what of a text would act, by how Streamlit shows it."""
    if kind == "html":
        return _Acting.of(text)
    if kind == "bidi_component":
        return _Acting.of(str(json.loads(text).get("html", "")))
    if place in _PLAIN.get(kind, set()):
        return []
    read = _SHOWN_AS_IT_IS.sub("", text)
    return [piece for piece in _MARKDOWN if piece in read]


def _texts(app: AppTest) -> Iterator[tuple[str, str, str]]:
    """Yield every text of a page: the kind of its element, its field, and itself."""
    for node in app._tree:
        proto = getattr(node, "proto", None)
        if isinstance(proto, Proto):
            yield from ((node.type, *each) for each in _strings(proto))


def _strings(proto: Proto) -> Iterator[tuple[str, str]]:
    for field, value in proto.ListFields():
        many = value if field.is_repeated else [value]
        for each in many:
            if isinstance(each, Proto):
                yield from _strings(each)
            elif isinstance(each, str) and field.name not in _NOT_SHOWN:
                yield field.name, each


class _Acting(HTMLParser):
    """Notes elements and attributes that load, lead or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @classmethod
    def of(cls, html: str) -> list[str]:
        """Return what is in some HTML."""
        reader = cls()
        reader.feed(html)
        reader.close()
        return reader.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and its attributes."""
        self.found += [tag] if tag in _ACTS else []
        self.found += [
            name for name, _ in attrs if name.startswith("on") or name in {"src", "href"}
        ]
