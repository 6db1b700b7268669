"""What logs may not hold."""

import logging

from aqumen.access.keys import new_key
from aqumen.access.redaction import redacted, without_query
from aqumen.access.tickets import Ticket, new_id, signed
from aqumen.logs import Redacting, addresses_cut

TEXT = signed(bytes(32), Ticket(new_id(), "site", None, 0, public=True))


def test_keys_and_tickets_are_cut_wherever_they_stand() -> None:
    key = new_key()
    told = redacted(f"Bearer {key}, at '/x?ticket={TEXT}' and aqk_ alone")

    assert told == "Bearer aqk_[...], at '/x?ticket=aqt_[...]' and aqk_ alone"


def test_a_students_link_is_cut_and_so_is_a_query() -> None:
    assert redacted("/api/play/TheToken/answers") == "/api/play/[...]/answers"
    assert without_query("/api/play/TheToken?a=b") == "/api/play/[...]?[...]"
    assert without_query("/api/runs") == "/api/runs"


def test_the_access_log_holds_no_queries() -> None:
    said = f"/api/generate-stream?topic=a+secret&ticket={TEXT}"
    record = logging.LogRecord(
        "uvicorn.access",
        logging.INFO,
        "",
        0,
        '%s - "%s %s HTTP/%s" %d',
        ("127.0.0.1:7", "GET", said, "1.1", 200),
        None,
    )

    assert addresses_cut(record)
    assert record.getMessage() == '127.0.0.1:7 - "GET /api/generate-stream?[...] HTTP/1.1" 200'


def test_the_products_own_log_is_redacted_to_the_last_line_of_a_traceback() -> None:
    error = ValueError(TEXT)
    kind = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("aqumen", logging.ERROR, "", 0, "said %s", (TEXT,), kind)

    told = Redacting(logging.Formatter("%(message)s")).format(record)

    assert "ValueError: aqt_[...]" in told
    assert TEXT[4:] not in told
