"""What ends a run that takes too long or costs too much."""

from typing import NamedTuple

from .deadlines import Deadlines
from .purses import Purses


class Bounds(NamedTuple):
    """The limits of time and money that hold for a process's runs."""

    deadlines: Deadlines
    purses: Purses
