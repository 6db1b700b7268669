"""Whose run comes next."""

from hypothesis import given
from hypothesis import strategies as st

from aqumen.runs.line import Line

OWNERS = st.sampled_from(["alice", "bob", None])


def line_of(owners: list[str | None]) -> Line[str]:
    line: Line[str] = Line()
    for number, owner in enumerate(owners):
        line.join(owner, str(number), f"{owner} {number}")
    return line


def all_of(line: Line[str]) -> list[str]:
    came = []
    while (thing := line.next()) is not None:
        came.append(thing)
    return came


def test_a_hundred_of_one_owner_keep_anothers_single_one_waiting_for_one() -> None:
    line = line_of(["alice"] * 100)
    assert line.next() == "alice 0"
    line.join("bob", "bobs", "bob's")

    assert line.names().index("bobs") == 1
    assert [line.next(), line.next(), line.next()] == ["alice 1", "bob's", "alice 2"]


def test_those_without_a_key_are_one_owner() -> None:
    line = line_of([None, None, "alice", None])

    assert all_of(line) == ["None 0", "alice 2", "None 1", "None 3"]


def test_who_comes_back_is_behind_all_who_wait() -> None:
    line = line_of(["alice", "bob", "alice", "bob"])

    assert line.next() == "alice 0"
    line.join("carol", "carols", "carol's")
    assert all_of(line) == ["bob 1", "alice 2", "carol's", "bob 3"]


@given(st.lists(OWNERS, max_size=30), st.sets(st.integers(0, 29)))
def test_things_come_as_their_places_say_fairly_and_in_their_owners_order(
    owners: list[str | None], gone: set[int]
) -> None:
    line = line_of(owners)
    left = {number for number in gone if line.leave(str(number)) is not None}

    names = line.names()
    came = all_of(line)

    assert left == {number for number in gone if number < len(owners)}
    assert [thing.rpartition(" ")[2] for thing in came] == names
    whose = [owners[int(name)] for name in names]
    for owner in set(whose):
        own = [int(name) for name in names if owners[int(name)] == owner]
        assert own == sorted(own)
        last = len(whose) - whose[::-1].index(owner)
        for other in set(whose):
            assert whose[:last].count(other) <= whose[:last].count(owner) + 1


def test_a_line_that_is_cleared_says_how_many_it_sent_home() -> None:
    line = line_of(["alice", "bob", "alice"])

    assert line.leave("nobody's") is None
    assert line.clear() == 3
    assert line.next() is None
