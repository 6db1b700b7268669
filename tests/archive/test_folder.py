"""Exports as files: whole, once, and never over another."""

from pathlib import Path

import pytest

from aqumen.archive.export import Export
from aqumen.archive.folder import Folder
from aqumen.archive.places import place
from aqumen.errors import PlaceRefused, WrittenOnce

EXPORT = Export("a-run.json", "application/json", b"{}")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_is_made_and_holds_whole_files_only(tmp_path: Path) -> None:
    assert Folder(tmp_path / "new" / "one").put(EXPORT)

    assert names(tmp_path / "new" / "one") == ["a-run.json"]
    assert (tmp_path / "new" / "one" / "a-run.json").read_bytes() == b"{}"


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.put(EXPORT)
    written = (tmp_path / "a-run.json").stat().st_mtime_ns

    assert not folder.put(EXPORT)
    assert (tmp_path / "a-run.json").stat().st_mtime_ns == written
    assert names(tmp_path) == ["a-run.json"]


def test_another_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a-run.json").write_text("mine")

    with pytest.raises(WrittenOnce, match="is there already, with other content"):
        Folder(tmp_path).put(EXPORT)

    assert (tmp_path / "a-run.json").read_text() == "mine"
    assert names(tmp_path) == ["a-run.json"]


def test_a_link_is_not_followed_to_another_file(tmp_path: Path) -> None:
    (tmp_path / "a-run.json").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(WrittenOnce):
        Folder(tmp_path).put(EXPORT)

    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_a_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(PlaceRefused, match=r"cannot be written: .*\.$"):
        Folder(tmp_path / "file" / "deeper").put(EXPORT)


def test_a_name_that_no_file_can_have_is_refused_in_a_sentence() -> None:
    with pytest.raises(PlaceRefused, match=r"cannot be written: file name too long\.$"):
        place("n" * 300 + ".json", ".json", one=True, region=None)


@pytest.mark.parametrize(
    ("given", "one", "expected"),
    [
        ("out", True, "out/a-run.json"),
        ("out.json", True, "out.json"),
        ("out.json", False, "out.json/a-run.json"),
        ("out.json/", True, "out.json/a-run.json"),
        ("out.md", True, "out.md/a-run.json"),
        (".", True, "a-run.json"),
    ],
)
def test_a_path_is_a_folder_unless_it_names_the_one_file(
    given: str, one: bool, expected: str
) -> None:
    assert place(given, ".json", one=one, region=None).address(EXPORT) == expected


def test_an_address_in_s3_needs_a_bucket() -> None:
    with pytest.raises(PlaceRefused, match="s3://bucket/prefix"):
        place("s3:///prefix", ".json", one=False, region=None)


@pytest.mark.parametrize("address", ["s3:/bucket", "gs://bucket/x", "S3:/b", "file:///tmp/x"])
def test_an_address_of_another_kind_is_refused_and_makes_no_folder(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(PlaceRefused, match="a file, a folder, or s3://bucket/prefix"):
        place(address, ".json", one=True, region=None)


def test_the_scheme_of_s3_may_be_written_in_capitals() -> None:
    with pytest.raises(PlaceRefused, match="An address in S3"):
        place("S3://", ".json", one=True, region=None)
