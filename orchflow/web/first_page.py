"""The page that carries every screen, before anything of a screen is there.

It is the framework's own, with the product's name and typeface, with the parts that our screens are drawn by on their way
before a screen asks for them, and, for who has signed in before, with room for the sidebar: what is drawn early is not
pushed aside later.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from orchflow.paths import app_root
from orchflow.web.nowhere import Nowhere

SCRIPT = "shell.js"
"""What the framework's page lacks; it runs before the framework does."""
SCRIPT_PARTS = (SCRIPT, "focus.js")

PARTS = (
    "Button", "ButtonGroup", "PageLink", "Html", "Selectbox", "TextInput", "Checkbox", "MenuButton", "Pagination",
    "BidiComponent", "DataFrame", "PlotlyChart",
)  # fmt: skip
"""Scripts of the framework by the beginning of their names; the largest last, as they are fetched in this order."""
HOME = "home"
"""The page of the first screen."""
TO_HOME = (f"/{HOME}", "/index.html")
"""Addresses that are not its own, of which the second is the framework's."""
SIDEBAR_WIDTH = 232
"""Pixels, as app.py asks the framework for."""
SIDEBAR = (
    "@media (min-width: 769px) {"
    ".stApp:not(:has(.stSidebar, .st-key-signed-out)) .stAppViewContainer > div:last-child "
    f"{{ margin-left: {SIDEBAR_WIDTH}px }}"
    "}"
)
"""The sidebar's place, kept free until it is drawn."""


def first_pages(cookies: Iterable[str], style: str) -> list[Route]:
    """The address of every screen, the script that comes with each, and the answer where there is no screen.

    `cookies` are those that somebody has who has signed in before, `style` our parts' style sheet.
    """
    known = tuple(cookies)

    async def page(request: Request) -> HTMLResponse:
        returning = any(name in request.cookies for name in known)
        return HTMLResponse(_html(returning, style), headers={"Cache-Control": "no-cache"})

    names = sorted(file.stem for file in (app_root() / "pages").rglob("*.py"))
    screens = [Route("/" if name == HOME else f"/{name}", page) for name in names]
    return [
        *screens,
        *(Route(address, _to_home) for address in TO_HOME),
        Route(f"/{SCRIPT}", _script),
        Nowhere(names),
    ]


async def _to_home(request: Request) -> RedirectResponse:
    """The first screen is at the root alone; links that name it go on working, with what they hold."""
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./", 307)


async def _script(request: Request) -> Response:
    lasting = "public, max-age=31536000, immutable" if "v" in request.query_params else "no-cache"
    return Response(_script_text(), media_type="text/javascript", headers={"Cache-Control": lasting})


def _script_text() -> str:
    return "".join(map(_part, SCRIPT_PARTS))


@cache
def _part(name: str) -> str:
    return resources.files("orchflow.ui").joinpath(name).read_text(encoding="utf-8")


@cache
def _html(returning: bool, style: str) -> str:
    static = _static()
    html = (static / "index.html").read_text(encoding="utf-8")
    html = html.replace("<title>Streamlit</title>", "<title>Orchestrator Flow</title>")
    html = re.sub(
        r"\./static/media/SourceSansVF[^\"]*", "./app/static/fonts/inter-latin-wght-normal.woff2", html
    )
    links = [
        f'<link rel="modulepreload" crossorigin href="./static/js/{name}">'
        for name in _scripts(static / "static" / "js")
    ]
    added = "".join([*links, f"<style>{style}{_part('shell.css')}{SIDEBAR if returning else ''}</style>"])
    version = hashlib.sha256(_script_text().encode()).hexdigest()[:12]
    script = f'<script src="./{SCRIPT}?v={version}"></script>'
    return html.replace("<head>", f"<head>{script}", 1).replace("</head>", f"{added}</head>")


def _scripts(folder: Path) -> list[str]:
    """The files of `PARTS`, each with what it imports, and these in turn."""
    wanted: dict[str, None] = {}

    def want(name: str) -> None:
        if name not in wanted:
            wanted[name] = None
            text = (folder / name).read_text(encoding="utf-8")
            for other in re.findall(r'(?:from|import)\s*"\./([^"]+\.js)"', text):
                want(other)

    for part in PARTS:
        for file in folder.glob(f"{part}.*.js"):
            want(file.name)
    return list(wanted)


def _static() -> Path:
    """Where the framework keeps its page."""
    spec = find_spec("streamlit")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "static"
