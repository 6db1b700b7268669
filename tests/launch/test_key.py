"""`python -m aqumen key`: what it prints is what the server takes."""

import pytest

from aqumen.__main__ import main
from aqumen.access.keys import keyring_of


def test_the_line_it_prints_is_the_key_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    page = "https://demo.aqumen.ai"
    said = ["key", "site", "--scope", "public", "--origin", page, "--daily-usd", "2.5"]

    assert main(said) == 0

    printed = [line.strip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    made, line = printed[1], printed[3]
    found = keyring_of(line).key_of(made)
    assert made not in line
    assert found is not None
    assert (found.name, found.scopes, found.origins) == ("site", frozenset({"public"}), (page,))
    assert found.daily_usd == 2.5


def test_a_key_the_server_would_not_take_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["key", "site", "--scope", "public"]) == 1
    assert main(["key", "A Name", "--scope", "read"]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert "This key: a public key needs the origins of its web pages." in said.err
