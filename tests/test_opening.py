"""A server that is being set up, or could not be, says which."""

import pytest

from aqumen.errors import ModelNotReady, ModelUnavailable
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
