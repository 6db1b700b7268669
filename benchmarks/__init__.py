"""The figures README quotes: measured on this machine, offline, in one run."""
