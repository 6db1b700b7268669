"""What keeps a run from being exported or imported."""

from .base import AqumenError
from .requests import Conflict


class ExportDamaged(AqumenError):
    """A file is no export of a run, or not one that can be trusted to be whole."""

    code = "invalid_request"
    message = "This is not the export of a run."


class PlaceRefused(AqumenError):
    """A place for exports cannot be written to."""

    message = "The export could not be written."


class WrittenOnce(Conflict):
    """There is another file under the name of an export, and it is not replaced."""

    message = "There is another file of this name, and exports replace nothing."
