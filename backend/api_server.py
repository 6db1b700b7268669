"""Front door for uvicorn: `cd backend && uvicorn api_server:app --port 8000`."""

from aqumen.assemble import server
from aqumen.logs import configure
from aqumen.settings import Settings

_settings = Settings()
configure(_settings.log_level)
app = server(_settings)
