"""What each rigor accepts and finds, on models whose pass rates are known."""
