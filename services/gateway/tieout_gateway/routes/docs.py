"""The documentation page: every byte is served from here, so that it works without a network."""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter, Response

from tieout_runtime.problems import not_found

router = APIRouter(include_in_schema=False)
_OURS = files("tieout_gateway") / "docs_page"
_VENDORED = files("fastapi_offline") / "static"
_ASSETS: Mapping[str, tuple[Traversable, str]] = {
    "start.js": (_OURS / "start.js", "text/javascript"),
    "swagger-ui-bundle.js": (_VENDORED / "swagger-ui-bundle.js", "text/javascript"),
    "swagger-ui.css": (_VENDORED / "swagger-ui.css", "text/css"),
    "favicon.png": (_VENDORED / "favicon.png", "image/png"),
}
# Swagger UI sets style attributes; nothing else may come from anywhere but here.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@router.get("/docs")
async def docs() -> Response:
    page = (_OURS / "index.html").read_bytes()
    return Response(page, media_type="text/html", headers={"content-security-policy": _POLICY})


@router.get("/docs/{name}")
async def asset(name: str) -> Response:
    if name not in _ASSETS:
        raise not_found("page")
    file, media_type = _ASSETS[name]
    return Response(
        file.read_bytes(),
        media_type=media_type,
        headers={"cache-control": "public, max-age=3600"},
    )
