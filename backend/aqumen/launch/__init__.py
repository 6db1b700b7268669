"""Starts the product's processes together, and stops them together."""
