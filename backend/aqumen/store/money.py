"""What a run has spent, as its row keeps it."""

from typing import Any

from sqlalchemy.engine import RowMapping

from aqumen.events import Place, Usage
from aqumen.models.ledger import Opening, Spent

from .records import Row

COLUMNS = ("usage", "cost_usd", "cost_estimated", "model_calls", "open_calls")


def columns(spent: Spent) -> Row:
    """Return the sums and the open calls by column."""
    values = (
        spent.usage.model_dump(),
        spent.cost_usd,
        spent.estimated,
        spent.model_calls,
        [_kept(opening) for opening in spent.open],
    )
    return dict(zip(COLUMNS, values, strict=True))


def spent(row: RowMapping) -> Spent:
    """Return what a row's columns say.

    A row of a release that kept no open calls says nothing of them: its sums may lack some.
    """
    unknown = row["open_calls"] is None and row["status"] == "running"
    return Spent(
        Usage(**row["usage"]),
        row["cost_usd"],
        row["cost_estimated"] or unknown,
        row["model_calls"],
        tuple(map(_opening, row["open_calls"] or ())),
    )


def _kept(opening: Opening) -> Row:
    usage = opening.usage.model_dump()
    return {**opening.place._asdict(), "usage": usage, "cost_usd": opening.cost_usd}


def _opening(kept: dict[str, Any]) -> Opening:
    place = Place(*(kept[name] for name in Place._fields))
    return Opening(place, Usage(**kept["usage"]), kept["cost_usd"])
