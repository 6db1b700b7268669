"""Where the API is looked for."""

import pytest

from console import settings


def test_secrets_win_over_the_environment_and_that_over_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AQUMEN_API_URL", raising=False)
    assert settings.read({}).endpoint == "http://localhost:8000"

    monkeypatch.setenv("AQUMEN_API_URL", "http://one/ ")
    assert settings.read({}).endpoint == "http://one"

    assert settings.read({"AQUMEN_API_URL": "http://two"}).endpoint == "http://two"


def test_the_key_is_not_in_the_repr() -> None:
    found = settings.read({"AQUMEN_API_KEY": "a-key"})

    assert found.api_key == "a-key"
    assert "a-key" not in repr(found)


@pytest.mark.parametrize("endpoint", ["", "localhost:8000", "file:///x", "http://", "http://[::1"])
def test_what_is_no_endpoint_is_named(endpoint: str) -> None:
    assert settings.endpoint_problem(endpoint).startswith("The API endpoint has to look like")


def test_an_endpoint_is_fine() -> None:
    assert settings.endpoint_problem("https://api.example.org/base") == ""


@pytest.mark.parametrize(
    ("said", "free"), [("", False), ("off", False), ("On ", True), ("1", True)]
)
def test_another_endpoint_may_be_chosen_only_where_the_operator_says_so(
    said: str, free: bool
) -> None:
    assert settings.read({"AQUMEN_FREE_ENDPOINT": said}).free_endpoint is free
