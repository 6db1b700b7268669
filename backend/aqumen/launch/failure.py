"""What can go wrong when the processes are started."""

from aqumen.errors import AqumenError


class LaunchFailed(AqumenError):
    """The processes could not all be started, or one of them ended."""
