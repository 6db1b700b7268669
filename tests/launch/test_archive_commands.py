"""`python -m aqumen export | import | prune`."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from aqumen.__main__ import main
from aqumen.archive.form import as_json
from aqumen.archive.lines import as_lines
from aqumen.settings import Settings
from aqumen.store.store import Store
from fakes.sqlite import with_tables
from fakes.wholes import RUN_ID, golden, story, whole

from .test_commands import ended

OTHER_ID = "01M87XW3AM339R5T2RE2800001"
NAME = f"grpo-in-rl-{RUN_ID}.json"
Output = pytest.CaptureFixture[str]


def url_of(folder: Path) -> str:
    return with_tables(folder / "runs.db")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store the settings name; the commands are in their own folder."""
    for name in ("AQUMEN_RETENTION_DAYS", "AQUMEN_RETENTION_RUNS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("AQUMEN_DATABASE_URL", url_of(tmp_path))
    store = Store(url_of(tmp_path))
    store.open()
    yield store
    store.close()


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store, which the commands use from now on."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    monkeypatch.setenv("AQUMEN_DATABASE_URL", url)
    store = Store(url)
    store.open()
    yield store
    store.close()


def put(store: Store, run_id: str = OTHER_ID, ended: float | None = None) -> None:
    told = story(run_id)
    told.start()
    told.fail("cancelled")
    assert store.shelf.put(whole(told.told, ended=time.time() if ended is None else ended))


def files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path().iterdir()}


def test_a_run_is_exported_to_the_folder_one_is_in(store: Store, capsys: Output) -> None:
    store.shelf.put(golden())

    assert main(["export", RUN_ID]) == 0

    assert files() == {NAME: as_json(golden())}
    assert capsys.readouterr().out == f"{NAME}: written\n"


@pytest.mark.parametrize(("form", "suffix"), [("jsonl", "jsonl"), ("markdown", "md")])
def test_a_run_is_exported_in_other_forms(store: Store, form: str, suffix: str) -> None:
    store.shelf.put(golden())

    assert main(["export", RUN_ID, "--format", form, "--to", f"a.{suffix}"]) == 0

    body = files()[f"a.{suffix}"]
    assert body == as_lines(golden().events) if form == "jsonl" else body.startswith(b"# GRPO")


def test_all_runs_are_exported_and_the_same_again(store: Store, capsys: Output) -> None:
    store.shelf.put(golden())
    put(store)

    assert main(["export", "--all", "--to", "out"]) == 0
    assert main(["export", "--all", "--to", "out"]) == 0

    assert sorted(path.name for path in Path("out").iterdir()) == [
        NAME,
        f"reading-files-{OTHER_ID}.json",
    ]
    assert capsys.readouterr().out.count("there already, the same") == 2


def test_only_runs_that_ended_since_are_exported(store: Store) -> None:
    put(store, RUN_ID, ended=time.time() - 8 * 24 * 3600)
    put(store, OTHER_ID)

    assert main(["export", "--all", "--since", "7d"]) == 0

    assert list(files()) == [f"reading-files-{OTHER_ID}.json"]


def test_one_file_in_the_way_does_not_stop_the_others(store: Store, capsys: Output) -> None:
    store.shelf.put(golden())
    put(store)
    Path(NAME).write_text("mine")

    assert main(["export", "--all"]) == 1

    assert len(files()) == 2
    assert files()[NAME] == b"mine"
    said = capsys.readouterr().err.splitlines()
    assert "is there already, with other content" in said[0]
    assert said[-1] == "1 of 2 runs were not exported."


def test_a_dry_run_writes_nothing(store: Store, capsys: Output) -> None:
    store.shelf.put(golden())

    assert main(["export", RUN_ID, "--to", "out", "--dry-run"]) == 0

    assert files() == {}
    assert (
        f"out/{NAME}: would be written, {len(as_json(golden()))} bytes" in capsys.readouterr().out
    )


def test_a_run_that_is_not_there_is_a_sentence(capsys: Output) -> None:
    assert main(["export", RUN_ID]) == 1

    assert f"{RUN_ID}: There is no run with this id." in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["export"],
        ["export", "--all", RUN_ID],
        ["export", RUN_ID, "--since", "7d"],
        ["export", "--all", "--since", "yesterday"],
        ["export", RUN_ID, "--format", "pdf"],
        ["import"],
        ["prune", "--older-than", "soon"],
        ["prune", "--older-than", "0d"],
        ["prune", "--keep", "0"],
    ],
)
def test_what_makes_no_sense_is_said_at_once(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(arguments)

    assert refused.value.code == 2


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://me:secret@host/runs", "AQUMEN_DATABASE_URL: has to begin with sqlite:///"),
        ("sqlite:////nowhere/at/all.db", "The database cannot be opened: see that AQUMEN_DATABASE"),
    ],
)
def test_a_database_that_cannot_be_is_a_sentence(
    url: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("AQUMEN_DATABASE_URL", url)

    assert main(["export", "--all"]) == 1

    said = capsys.readouterr().err
    assert said.startswith(sentence)
    assert "secret" not in said


def test_runs_are_exported_to_s3_once(store: Store, capsys: Output) -> None:
    store.shelf.put(golden())
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="archive")
        for _ in range(2):
            assert main(["export", RUN_ID, "--to", "s3://archive/runs"]) == 0
        found = s3.get_object(Bucket="archive", Key=f"runs/{NAME}")["Body"].read()
        assert main(["export", RUN_ID, "--to", "s3://elsewhere"]) == 1

    assert found == as_json(golden())
    output = capsys.readouterr()
    assert output.out.splitlines() == [
        f"s3://archive/runs/{NAME}: written",
        f"s3://archive/runs/{NAME}: there already, the same",
    ]
    assert output.err == "There is no bucket elsewhere.\n"


def test_an_exported_run_is_imported_and_the_same_again_changes_nothing(
    store: Store, tmp_path: Path, capsys: Output, other: Store
) -> None:
    store.shelf.put(golden())
    file = tmp_path / "run.json"
    file.write_bytes(as_json(store.shelf.take(RUN_ID)))

    assert main(["import", str(file)]) == 0
    assert main(["import", str(file)]) == 0

    assert as_json(other.shelf.take(RUN_ID)) == file.read_bytes()
    assert capsys.readouterr().out.splitlines() == [
        f"{file}: imported run {RUN_ID}",
        f"{file}: run {RUN_ID} is here already",
    ]


def test_a_run_is_not_replaced_by_another_with_its_id(store: Store, capsys: Output) -> None:
    put(store, RUN_ID)
    before = as_json(store.shelf.take(RUN_ID))
    Path("run.json").write_bytes(as_json(golden()))

    assert main(["import", "run.json"]) == 1

    assert as_json(store.shelf.take(RUN_ID)) == before
    assert f"There is another run with the id {RUN_ID}" in capsys.readouterr().err


def test_one_bad_file_does_not_stop_the_others(store: Store, capsys: Output) -> None:
    Path("good.json").write_bytes(as_json(golden()))
    Path("bad.json").write_bytes(as_json(golden())[:-10])

    assert main(["import", "bad.json", "missing.json", "good.json"]) == 1

    assert store.shelf.ids() == [RUN_ID]
    assert capsys.readouterr().err.splitlines() == [
        "bad.json: This is not the export of a run.",
        "missing.json: The file cannot be read: no such file or directory.",
        "2 of 3 files were not imported.",
    ]


def test_a_file_that_is_too_long_is_not_read_to_its_end(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aqumen.launch.archive.MOST_BYTES", 2 * 1024**2)

    assert main(["import", "/dev/zero"]) == 1

    assert capsys.readouterr().err.startswith("/dev/zero: The file has more than 2 MB.\n")


def test_old_runs_are_shown_and_then_deleted(store: Store, capsys: Output) -> None:
    put(store, RUN_ID, ended=time.time() - 100 * 24 * 3600)
    put(store, OTHER_ID)

    assert main(["prune", "--older-than", "90d", "--dry-run"]) == 0
    assert len(store.shelf.ids()) == 2
    assert main(["prune", "--older-than", "90d"]) == 0

    assert store.shelf.ids() == [OTHER_ID]
    line, would, did = capsys.readouterr().out.splitlines()
    assert line.startswith(RUN_ID)
    assert line.endswith("cancelled    Reading files")
    assert (would, did) == ("1 run would be deleted.", "1 run deleted.")


def test_the_settings_decide_where_nothing_is_said(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    put(store, RUN_ID)
    put(store, OTHER_ID)

    assert main(["prune"]) == 1
    assert "AQUMEN_RETENTION_DAYS" in capsys.readouterr().err
    monkeypatch.setenv("AQUMEN_RETENTION_RUNS", "1")
    assert main(["prune"]) == 0

    assert store.shelf.ids() == [max(RUN_ID, OTHER_ID)]


def test_the_commands_work_as_a_process_of_their_own(store: Store, tmp_path: Path) -> None:
    store.shelf.put(golden())
    settings = {"AQUMEN_DATABASE_URL": Settings().database_url}

    code, said = ended("export", RUN_ID, "--to", str(tmp_path / "out"), **settings)

    assert (code, said) == (0, f"{tmp_path / 'out' / NAME}: written\n")
    assert json.loads((tmp_path / "out" / NAME).read_bytes())["format"] == "aqumen-run"
