"""`/docs`: Swagger UI from this server alone, so that it works without a network."""

from functools import cache
from importlib.resources import files
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.exceptions import HTTPException

from .described import Described
from .parts import PartsDep

router = APIRouter(include_in_schema=False)

_ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_PLACE = files("fastapi_swagger") / "resources"
"""Swagger UI as npm has it (Apache-2.0); the package is taken for nothing else."""
_KEEP_SECONDS = 3600

_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<g fill="none" stroke="#1f9a94" stroke-width="3.4" stroke-linecap="round">'
    '<path d="M3 20 C11 20 13 7 25 7"/>'
    '<path d="M3 20 C11 20 14 26 25 26" stroke="#d9861c"/></g>'
    '<circle cx="26" cy="7" r="3.6" fill="#1f9a94"/>'
    '<circle cx="26" cy="26" r="3.6" fill="#d9861c"/></svg>'
)


@router.api_route("/openapi.json", methods=["GET", "HEAD"])
async def document(request: Request, parts: PartsDep) -> Response:
    """Return the OpenAPI document: written once, and not in the thread that answers everybody."""
    app: Described = request.app
    written = app.document or await parts.runs.counting.do(app.write)
    return Response(written, media_type="application/json")


@router.get("/docs")
async def docs() -> Response:
    """Show the API's calls, to read and to try.

    Its addresses are relative: the page works wherever a proxy puts it.
    """
    return get_swagger_ui_html(
        openapi_url="openapi.json",
        title="Aqumen API",
        swagger_js_url="docs/swagger-ui-bundle.js",
        swagger_css_url="docs/swagger-ui.css",
        swagger_favicon_url=f"data:image/svg+xml,{quote(_ICON)}",
        # Unless told otherwise, Swagger UI has swagger.io look at the document.
        swagger_ui_parameters={"validatorUrl": None},
    )


@router.get("/docs/{name}")
async def asset(name: str) -> Response:
    """Return one of the files the page is made of."""
    if name not in _ASSETS:
        raise HTTPException(404)
    return Response(
        _read(name),
        media_type=_ASSETS[name],
        headers={"Cache-Control": f"max-age={_KEEP_SECONDS}"},
    )


@cache
def _read(name: str) -> bytes:
    return (_PLACE / name).read_bytes()
