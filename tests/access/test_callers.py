"""Whose runs somebody is shown."""

import pytest

from aqumen.access.callers import Caller
from aqumen.errors import NotAdmitted


def test_a_key_lists_its_own_runs_and_an_admins_everybodys() -> None:
    assert Caller("alice", frozenset({"read"})).listed_owner == "alice"
    assert Caller("chief", frozenset({"admin"})).listed_owner is None
    assert Caller(None, frozenset({"admin"})).listed_owner is None


def test_who_has_no_name_does_not_see_everybodys_runs_for_want_of_one() -> None:
    with pytest.raises(NotAdmitted):
        _ = Caller(None, frozenset({"read"})).listed_owner
