"""One file a step: what it asks, what it accepts."""
