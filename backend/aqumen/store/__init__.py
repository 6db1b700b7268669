"""What is kept: runs and their event logs, in one SQL database."""
