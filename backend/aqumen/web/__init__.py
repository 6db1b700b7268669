"""How HTTP sees a run."""
