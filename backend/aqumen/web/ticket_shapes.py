"""What tickets are asked for with, and what is given."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from aqumen.events import Timestamp

ShownTicket = Annotated[
    str | None,
    Query(
        max_length=1024,
        description="A ticket of `POST /api/tickets`, for browsers: `EventSource` sends no headers",
    ),
]


class TicketParameters(BaseModel):
    """What a ticket is to be good for. Unknown fields are ignored."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    run_id: str | None = Field(
        default=None,
        max_length=64,
        description="A run of yours that its holder may read; unless said, it starts one run",
    )


class GivenTicket(BaseModel):
    """A ticket, and what it is good for."""

    ticket: str
    """To be shown as `?ticket=`."""
    run_id: str | None
    """The run it reads; null where it starts one."""
    expires_at: Timestamp
    """When it starts nothing any more. A run it has started can be followed to its end."""
    expires_in: int
    """Seconds."""
