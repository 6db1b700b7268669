"""What a ticket looks like, by example, for `/docs`."""

from datetime import UTC, datetime

from .examples import Responses, like
from .ticket_shapes import GivenTicket

_AT = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
_TICKET = GivenTicket(
    ticket="aqt_eyJpIjoiQ0hvc2VuQXRSYW5kb20uLi4ifQ.c2VhbGVkQnlUaGVTZXJ2ZXI",
    run_id=None,
    expires_at=_AT,
    expires_in=300,
)

EXAMPLES = {"ticket": {"value": _TICKET.model_dump(mode="json")}}
"""The document's shared examples."""
TICKET: Responses = {
    200: {
        "description": "A ticket, and until when it starts a run",
        "content": {"application/json": like("ticket")},
    }
}
"""What asking for a ticket answers."""
