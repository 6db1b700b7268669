"""What the environment says, as the server understands it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from aqumen.launch.configured import configured
from aqumen.launch.failure import LaunchFailed
from aqumen.settings import Settings


@pytest.mark.parametrize("given", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgres_url_is_taken_as_hosts_hand_it_out(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{given}://me:p%40ss@host:5432/runs?sslmode=require")

    assert Settings().database_url == (
        "postgresql+psycopg://me:p%40ss@host:5432/runs?sslmode=require"
    )


def test_our_own_name_for_the_database_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://host/runs")
    monkeypatch.setenv("AQUMEN_DATABASE_URL", "sqlite:////var/data/aqumen.db")

    assert Settings().database_url == "sqlite:////var/data/aqumen.db"


@pytest.mark.parametrize("url", ["mysql://me:secret@host/runs", "me:secret@host", ""])
def test_another_database_is_refused_without_showing_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("AQUMEN_DATABASE_URL", url)

    with pytest.raises(ValidationError, match="has to begin with sqlite:/// or postgresql://") as e:
        Settings()

    assert "secret" not in str(e.value)


@pytest.mark.parametrize("name", ["CLUSTER_CONCURRENT_RUNS", "CLUSTER_STARTS_PER_MINUTE"])
def test_a_limit_over_all_processes_needs_who_keeps_it(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"AQUMEN_{name}", "4")

    with pytest.raises(ValidationError, match="need AQUMEN_DISPATCHER=dbos"):
        Settings()


def test_one_queue_for_all_processes_needs_a_database_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AQUMEN_DISPATCHER", "dbos")

    with pytest.raises(ValidationError, match="needs a PostgreSQL database"):
        Settings()


def test_a_file_of_models_that_cannot_be_read_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AQUMEN_MODELS_FILE", str(tmp_path / "none.toml"))

    with pytest.raises(LaunchFailed, match="AQUMEN_MODELS_FILE: cannot be read: No such file"):
        configured()

    monkeypatch.setenv("AQUMEN_MODELS_FILE", "")
    assert configured().models_file is None
