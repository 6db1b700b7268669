"""Aqumen generates assessment questions that tell strong understanding from weak."""

__version__ = "0.1.0"
