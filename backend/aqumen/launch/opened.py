"""The store, for commands that work on it beside the server."""

from collections.abc import Generator
from contextlib import contextmanager

from aqumen.settings import Settings
from aqumen.store.store import Store


@contextmanager
def opened(settings: Settings) -> Generator[Store]:
    """Open the store the settings name; raises StoreFailed."""
    store = Store(settings.database_url)
    try:
        store.open()
        yield store
    finally:
        store.close()
