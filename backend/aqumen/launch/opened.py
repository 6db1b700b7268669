"""The store, for commands that work on it beside the server."""

from collections.abc import Generator
from contextlib import contextmanager

from aqumen.errors import StoreFailed
from aqumen.settings import Settings
from aqumen.store.store import Store

from .failure import LaunchFailed

_CLOSED = (
    "The database cannot be opened: see that AQUMEN_DATABASE_URL is right, and that what it names "
    "is there, or can be made there."
)


@contextmanager
def opened(settings: Settings) -> Generator[Store]:
    """Open the store the settings name; raises LaunchFailed if it cannot be, or StoreFailed."""
    store = Store(settings.database_url)
    try:
        _open(store)
        yield store
    finally:
        store.close()


def _open(store: Store) -> None:
    try:
        store.open()
    except StoreFailed as failed:
        raise LaunchFailed(failed.text if failed.__cause__ is None else _CLOSED) from failed
