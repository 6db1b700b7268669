"""What ends a run that takes too long or costs too much."""

from typing import NamedTuple

from .limits import Limits
from .purses import Purses


class Bounds(NamedTuple):
    """The limits of a process's runs, and what their calls are paid from."""

    limits: Limits
    purses: Purses
