import pytest

from aqumen.events import Check
from aqumen.steps.error_catalog import ErrorCatalog
from fakes.samples import AIM, CATALOG, errors, replied


def _check(name: str, **first: object) -> Check:
    given = errors()
    given["errors"][0].update(first)
    outcome = ErrorCatalog(AIM).accept(replied(given))
    return next(check for check in outcome.checks if check.name == name)


def test_the_catalog_comes_as_six_mistakes() -> None:
    assert ErrorCatalog(AIM).accept(replied(errors())).value == CATALOG


@pytest.mark.parametrize("count", [0, 5])
def test_other_than_six_entries_are_rejected(count: int) -> None:
    outcome = ErrorCatalog(AIM).accept(replied({"errors": errors()["errors"][:count]}))

    assert f"The catalog has {count} entries; give exactly 6." in {
        check.detail for check in outcome.checks
    }


@pytest.mark.parametrize("name", ["", "Forgets the lock", "x " * 150, "Reads it\nwithout a lock"])
def test_a_mistake_is_named_in_one_line_of_four_words_or_more(name: str) -> None:
    assert not _check("mistakes_specific", mistake=name).passed


def test_two_mistakes_with_one_name_are_rejected() -> None:
    assert not _check("mistakes_distinct", mistake=f"2. {CATALOG[1].mistake.upper()}.").passed


def test_a_reason_is_a_sentence() -> None:
    assert not _check("reasons_given", why_wrong="It is wrong.").passed


@pytest.mark.parametrize(
    "hint", ["", "lock", "wrong code", "The incorrect usage", "an error in the answer", "N/A none"]
)
def test_a_hint_that_fits_any_mistake_is_rejected(hint: str) -> None:
    assert not _check("hints_usable", match_hint=hint).passed


@pytest.mark.parametrize("hint", ["x == None", "except: pass", "float(amount)", "锁定顺序不对的"])
def test_a_construct_is_a_usable_hint(hint: str) -> None:
    assert _check("hints_usable", match_hint=hint).passed
