from itertools import product

from aqumen.events import Presence
from aqumen.judging.screen import in_short, passes, target
from aqumen.judging.tally import Tally
from fakes.samples import CATALOG

WORDS: tuple[Presence, ...] = ("absent", "present", "missing")
ALL = [Tally.of(each) for each in product(WORDS, repeat=3)]
NOTHING = (Tally(3), Tally(3))


def test_a_mistake_passes_by_the_rule_with_what_is_missing_against_it() -> None:
    for mid, weak in product(ALL, repeat=2):
        assert passes(mid, weak) == (mid.absent >= 2 and weak.absent + weak.missing <= 1)


def test_the_target_has_the_largest_difference_and_the_first_of_equals_wins() -> None:
    good, best = (Tally(2, 1), Tally(0, 3)), (Tally(3), Tally(0, 3))

    assert target([NOTHING, good, best, best]) == 2
    assert target([NOTHING, good, NOTHING]) == 1
    assert target([NOTHING, (Tally(3), Tally(2, 1))]) is None


def test_a_missing_answer_does_not_help_a_mistake_to_be_the_target() -> None:
    unsure = (Tally(2, 0, 1), Tally(0, 3))

    assert target([unsure, (Tally(3), Tally(0, 3))]) == 1


def test_in_short_each_model_says_what_most_of_its_answers_do() -> None:
    tallies = [(Tally(2, 1), Tally(1, 2)), (Tally(1, 1, 1), Tally(3))] + [NOTHING] * 4

    found = in_short(CATALOG, tallies)

    assert [(each.mid, each.weak) for each in found[:2]] == [
        ("absent", "present"),
        ("missing", "absent"),
    ]
