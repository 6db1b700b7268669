"""Until when a request may be sent, and whether it was."""

import math
import time
from dataclasses import dataclass


@dataclass(slots=True)
class Departure:
    """The moment at which one try of a call begins to cost: its request leaves this process."""

    by: float = math.inf
    """In seconds since the epoch; what could not be sent by then is not sent."""
    sent: bool = False
    """Whether the service may have got it."""
    late: bool = False
    """Whether it was not sent because it was too late for that."""

    def leave(self) -> None:
        """Note that the request is sent now. Raises TimeoutError where it is too late for that."""
        self.late = time.time() > self.by
        if self.late:
            raise TimeoutError
        self.sent = True
