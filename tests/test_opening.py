"""A server that is being set up, or could not be, says which."""

from contextlib import closing

import pytest

from aqumen.errors import CredentialsMissing, ModelNotReady, ModelUnavailable
from aqumen.models.known import KnownModels
from aqumen.opening import Opening
from aqumen.settings import Settings
from fakes.eventually import eventually


def test_a_setup_that_failed_is_not_said_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_room: str) -> None:
        raise ImportError("a part is missing")

    monkeypatch.setattr("aqumen.opening.importlib.import_module", broken)
    opening = Opening(Settings(model_backend="simulator"), KnownModels.shipped(), lambda: None)
    assert isinstance(opening.signing(), ModelNotReady)

    opening.start()

    eventually(lambda: isinstance(opening.signing(), ModelUnavailable))
    assert not opening.ready()


def test_what_is_built_signs_a_request_as_aws_would_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def opened() -> Opening:
        opening = Opening(Settings(model_backend="bedrock"), KnownModels.shipped(), lambda: None)
        opening.start()
        eventually(lambda: not isinstance(opening.signing(), ModelNotReady), 20)
        return opening

    with closing(opened()) as opening:
        assert opening.signing() is None
        assert opening.ready()

    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with closing(opened()) as opening:
        assert isinstance(opening.signing(), CredentialsMissing)
