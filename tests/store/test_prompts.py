"""Versions of prompts are added one by one, whoever saves them, and none replaces another."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from aqumen.errors import PromptChanged
from aqumen.store.records import Edit
from aqumen.store.store import Store
from aqumen.templates import Prompts
from fakes.rows import create, new_run, start_of


def save(store: Store, text: str, based_on: int | None = None, *, activate: bool = True) -> int:
    edit = Edit("error_catalog", text, author=f"by {text}", note=None)
    return store.prompts.save(edit, based_on=based_on, shipped="abc", activate=activate)


def in_force(store: Store) -> int | None:
    found = store.prompts.in_force().get("error_catalog")
    return found.number if found else None


def test_a_saved_text_is_in_force_until_another_one_is(store: Store) -> None:
    assert in_force(store) is None

    assert (save(store, "one", 0), in_force(store)) == (1, 1)
    assert (save(store, "two", 1, activate=False), in_force(store)) == (2, 1)
    assert (save(store, "one", 0), len(store.prompts.saved())) == (1, 2), "it is in force already"

    store.prompts.activate("error_catalog", 2, instead_of=1, author="Ada")
    chosen = store.prompts.chosen()["error_catalog"]
    assert (chosen.number, chosen.previous, chosen.author) == (2, 1, "Ada")
    store.prompts.activate("error_catalog", 0, instead_of=2, author=None)
    assert in_force(store) is None
    assert [each.number for each in store.prompts.saved("error_catalog")] == [2, 1]


def test_who_comes_second_is_told_so_and_changes_nothing(store: Store) -> None:
    save(store, "one", 0)

    with pytest.raises(PromptChanged, match="version 1, chosen by by one"):
        save(store, "other", 0)
    with pytest.raises(PromptChanged):
        store.prompts.activate("error_catalog", 0, instead_of=7, author=None)

    assert [each.text for each in store.prompts.saved()] == ["one"]


def test_of_those_who_save_at_once_one_is_first(store: Store, url: str) -> None:
    other = Store(url)

    def attempt(number: int) -> int | None:
        try:
            return save((store, other)[number % 2], f"text {number}", 0)
        except PromptChanged:
            return None

    with ThreadPoolExecutor(6) as threads:
        saved = list(threads.map(attempt, range(6)))
    other.close()

    assert sorted(number for number in saved if number) == [1]
    assert len(store.prompts.saved()) == 1


def test_texts_that_were_saved_are_known_by_their_numbers(store: Store) -> None:
    for text in ("one", "two", "one"):
        save(store, text)

    assert store.prompts.numbers({"error_catalog": "one"}) == {"error_catalog": 3}
    assert store.prompts.numbers({"error_catalog": "none", "judge_answer": "two"}) == {}


def test_a_run_keeps_the_numbers_it_was_made_with(store: Store) -> None:
    new = new_run(store)
    texts = dict(new.pinned.prompts.texts)
    numbered = Prompts(texts, {"error_catalog": 4})
    pinned = type(new.pinned)("full", new.pinned.order, {}, numbered, simulated=True)
    numbered_run = type(new)("run-2", pinned, "worker", needs_watcher=False)
    create(store)
    store.runs.create(numbered_run, start_of(numbered_run), store.leases.until())

    assert store.runs.find("run-2").prompt_numbers == {"error_catalog": 4}
    assert store.runs.pinned("run-2").prompts.numbers == {"error_catalog": 4}
    assert store.runs.find("run-1").prompt_numbers == {}
