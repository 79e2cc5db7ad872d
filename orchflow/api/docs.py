"""The reference at /api/v1/docs, served from this server alone: its pages run under the content security policy."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response

_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
_KEPT_A_DAY = {"Cache-Control": "public, max-age=86400"}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Orchestrator Flow API</title>
<link rel="icon" href="docs/favicon.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<noscript>This page needs JavaScript; the same is at <a href="openapi.json">openapi.json</a>.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""

_START = """SwaggerUIBundle({
  url: new URL("openapi.json", document.baseURI).href,
  dom_id: "#reference",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
});
"""


def routes(document: Callable[[], dict[str, Any]]) -> APIRouter:
    """The OpenAPI document that `document` makes, and the pages that show it."""
    router = APIRouter()
    folder = _assets()

    @router.get("/openapi.json")
    def openapi() -> Response:
        described = json.dumps(document(), ensure_ascii=False)
        return Response(described, media_type="application/json")

    @router.get("/docs")
    async def reference() -> Response:
        return HTMLResponse(_PAGE)

    @router.get("/docs/start.js")
    async def start() -> Response:
        return Response(_START, media_type="text/javascript")

    @router.get("/docs/{name}")
    async def asset(name: str) -> Response:
        if name not in _FILES or folder is None:
            raise HTTPException(404)
        return FileResponse(folder / name, headers=_KEPT_A_DAY, media_type=_FILES[name])

    return router


def _assets() -> Path | None:
    """Where the installed package keeps Swagger UI; it is only taken as files, never imported."""
    spec = find_spec("fastapi_offline")
    return Path(spec.origin).parent / "static" if spec is not None and spec.origin else None
