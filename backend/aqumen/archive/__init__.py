"""Runs as files: written for people and machines, kept where they last, and read back."""
