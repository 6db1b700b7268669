"""The store as the rest of the house sees it."""

import os
import socket
import uuid

from .batches import Batches
from .calibrations import Calibrations
from .claims import Claims
from .engine import CONNECTIONS, Database
from .facts import Facts
from .insights import Insights
from .leases import Leases
from .listener import Listener
from .log import Log
from .prompts import PromptTable
from .request_ids import RequestIds
from .retention import Retention
from .runs import RunTable
from .schema import bring_up_to_date
from .secrets import Secrets
from .shares import Shares
from .shelf import Shelf
from .spending import Spending
from .ticket_uses import TicketUses
from .witness import NOBODY, Witness


class Store:
    """Runs, their logs and their leases, in one database."""

    def __init__(
        self,
        url: str,
        lease_seconds: float = 15.0,
        connections: int = CONNECTIONS,
        witness: Witness = NOBODY,
    ) -> None:
        self._database = Database(url, connections)
        batches = Batches(self._database)
        self.runs = RunTable(self._database, batches, witness)
        self.log = Log(self._database, batches, witness)
        worker = _worker_name()
        self.prompts = PromptTable(self._database)
        self.shelf = Shelf(self._database)
        self.shares = Shares(self._database)
        self.secrets = Secrets(self._database)
        self.spending = Spending(self._database)
        self.request_ids = RequestIds(self._database)
        self.ticket_uses = TicketUses(self._database)
        self.retention = Retention(self._database)
        self.facts = Facts(self._database)
        self.insights = Insights(self._database)
        self.calibrations = Calibrations(self._database)
        self.leases = Leases(self._database, worker, lease_seconds, witness)
        self.claims = Claims(self._database, worker, lease_seconds)
        self.listener = Listener(self._database)

    def open(self) -> None:
        """Make the tables if they are missing or old; raises StoreFailed."""
        bring_up_to_date(self._database)
        self._database.note_file()

    def close(self) -> None:
        """Close the database's connections."""
        self.listener.close()
        self._database.close()


def _worker_name() -> str:
    return f"{socket.gethostname()[:24]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
