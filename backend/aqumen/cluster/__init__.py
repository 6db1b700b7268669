"""One queue of runs for several processes: DBOS hands out, the house's own leases decide."""

from .dispatch import Cluster
from .queue import Queue, Rates

__all__ = ["Cluster", "Queue", "Rates"]
