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

    def leave(self) -> None:
        """Note that the request is sent now. Raises TimeoutError where it is too late for that."""
        if time.time() > self.by:
            raise TimeoutError
        self.sent = True
