"""Tickets: nobody makes one, and nobody changes one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqumen.access import tickets
from aqumen.access.tickets import Ticket, read, signed
from aqumen.errors import TicketRefused

SECRET = bytes(range(32))
TICKET = Ticket(tickets.new_id(), "site", None, 1_800_000_000, public=True)


def test_a_ticket_is_read_as_it_was_given() -> None:
    text = signed(SECRET, TICKET)

    assert read(SECRET, text) == TICKET
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def test_another_secret_signs_other_tickets() -> None:
    with pytest.raises(TicketRefused):
        read(SECRET[::-1], signed(SECRET, TICKET))


@given(st.integers(0, 400), st.characters())
def test_a_ticket_with_another_letter_is_none(place: int, letter: str) -> None:
    text = signed(SECRET, TICKET)
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]

    if changed != text:
        with pytest.raises(TicketRefused):
            read(SECRET, changed)


@given(st.text(max_size=300))
def test_no_text_is_taken_for_a_ticket(text: str) -> None:
    for said in (text, f"aqt_{text}", f"aqt_{text}.{text}"):
        with pytest.raises(TicketRefused):
            read(SECRET, said)


def test_its_time_is_up_at_the_second() -> None:
    assert not TICKET.expired(TICKET.expires_at - 0.01)
    assert TICKET.expired(TICKET.expires_at)
