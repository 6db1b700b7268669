"""Who may ask what: keys, tickets and callers. Nothing here knows HTTP or the store."""
