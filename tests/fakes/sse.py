"""Read server-sent events as the WHATWG rules say, keeping all there is to see."""

from collections.abc import Iterator
from dataclasses import dataclass

import requests


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a stream: its fields, and its comments."""

    event: str | None
    data: str | None
    id: str | None
    retry: str | None
    comments: tuple[str, ...]


def blocks(response: requests.Response) -> Iterator[Block]:
    """Yield every complete block."""
    lines: list[str] = []
    for raw in _lines(response):
        if raw:
            lines.append(raw)
        elif lines:
            yield _block(lines)
            lines = []


def _lines(response: requests.Response) -> Iterator[str]:
    rest = b""
    for chunk in response.iter_content(chunk_size=None):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode()


def _block(lines: list[str]) -> Block:
    fields: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        fields.setdefault(name, []).append(value.removeprefix(" "))
    return Block(
        event=fields.get("event", [None])[-1],
        data="\n".join(fields["data"]) if "data" in fields else None,
        id=fields.get("id", [None])[-1],
        retry=fields.get("retry", [None])[-1],
        comments=tuple(fields.get("", ())),
    )
