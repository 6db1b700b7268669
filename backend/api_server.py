"""Front door for uvicorn: `cd backend && uvicorn api_server:app --port 8000`."""

import gc

from aqumen.assemble import server
from aqumen.logs import configure
from aqumen.settings import Settings

_OBJECTS_BETWEEN_COLLECTIONS = 10_000


def _settle() -> None:
    """Have the garbage collector pass over what stays for good.

    With 200 runs at once it looked at all of it five times, and nothing else ran for up to a
    second each time.
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


_settings = Settings()
configure(_settings.log_level, _settings.log_format)
app = server(_settings, _settle)
