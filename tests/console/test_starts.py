"""Orders under their request ids."""

from console.replies import Order
from console.starts import KEPT, Asked, Starts

TEA = Asked(Order("Tea"), "http://localhost:8000")
COFFEE = Asked(Order("Coffee"), "http://localhost:8000")


def test_asking_again_before_the_answer_gives_the_same_id() -> None:
    starts = Starts()
    first = starts.ask(TEA)

    assert starts.ask(TEA, earlier=first) == first
    assert starts.waiting(first) == TEA


def test_another_order_and_one_that_was_answered_get_new_ids() -> None:
    starts = Starts()
    first = starts.ask(TEA)
    other = starts.ask(COFFEE, earlier=first)
    starts.answered(first)

    assert other != first
    assert starts.ask(TEA, earlier=first) != first
    assert starts.waiting(first) is None


def test_an_id_from_elsewhere_leads_to_no_order() -> None:
    assert Starts().waiting("made-up-by-somebody") is None


def test_only_the_newest_orders_are_kept() -> None:
    starts = Starts()
    first = starts.ask(TEA)

    for _ in range(KEPT):
        starts.ask(TEA)

    assert starts.waiting(first) is None


def test_ids_are_what_the_api_takes() -> None:
    request_id = Starts().ask(TEA)

    assert 8 <= len(request_id) <= 64
    assert request_id.replace("-", "").replace("_", "").isalnum()
