"""Where exports are put: a file, a folder, or a bucket of S3."""

import importlib
import re
from pathlib import Path
from typing import Protocol, cast

from aqumen.errors import PlaceRefused

from .export import Export
from .folder import Folder, translated

_S3 = "s3://"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""At least two letters: one alone is a drive."""


class Place(Protocol):
    """Where exports are written once."""

    def address(self, export: Export) -> str:
        """Return where an export is put."""
        ...

    def put(self, export: Export) -> bool:
        """Write an export; return False if the same is there already.

        Raises WrittenOnce if something else is there, and PlaceRefused if it cannot be written.
        """
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


class _Door(Protocol):
    def Bucket(self, bucket: str, prefix: str, region: str | None) -> Place: ...  # noqa: N802


def place(given: str, suffix: str, *, one: bool, region: str | None) -> Place:
    """Return the place an operator named.

    `s3://bucket/prefix` is in S3. Where `one` run is exported, a path that ends with the suffix
    of its form, and is no folder, is the file itself; any other path is a folder.

    Raises PlaceRefused.
    """
    if given[: len(_S3)].lower() == _S3:
        return _bucket(given[len(_S3) :], region)
    if _SCHEME.match(given):
        raise PlaceRefused("Exports are put into a file, a folder, or s3://bucket/prefix.")
    path = Path(given)
    with translated(path):
        is_folder = path.is_dir() or given.endswith("/")
    if one and path.suffix == suffix and not is_folder:
        return Folder(path.parent, path.name)
    return Folder(path)


def _bucket(given: str, region: str | None) -> Place:
    bucket, _, prefix = given.partition("/")
    if not bucket:
        raise PlaceRefused("An address in S3 is s3://bucket/prefix.")
    # By name: boto3 takes a quarter of a second to import, which a file does not need.
    door = cast("_Door", importlib.import_module("aqumen.archive.s3"))
    return door.Bucket(bucket, prefix, region)
