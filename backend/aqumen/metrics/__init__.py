"""What a process counts, for Prometheus: of itself alone, so that sums over processes are right."""

from .census import Census
from .metrics import Metrics

__all__ = ["Census", "Metrics"]
