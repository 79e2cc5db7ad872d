"""The page that carries every screen, before anything of a screen is there.

It is the framework's own, with the product's name and typeface, with the parts that our screens are drawn by on their way
before a screen asks for them, and, for who has signed in before, with room for the sidebar: what is drawn early is not
pushed aside later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from orchflow.paths import app_root

PARTS = (
    "Button", "ButtonGroup", "PageLink", "Html", "Selectbox", "TextInput", "Checkbox", "MenuButton", "Pagination",
    "BidiComponent", "DataFrame", "PlotlyChart",
)  # fmt: skip
"""Scripts of the framework by the beginning of their names; the largest last, as they are fetched in this order."""
ROOM = "<style>.st-key-board { min-height: 60vh }</style>"
SIDEBAR = (
    "<style>@media (min-width: 769px) {"
    ".stApp:not(:has(.stSidebar, .st-key-signed-out)) .stAppViewContainer > div:last-child { margin-left: 262.5px }"
    "}</style>"
)
"""Places that are kept free until what belongs there is drawn."""


def first_pages(cookies: Iterable[str]) -> list[Route]:
    """The address of every screen; `cookies` are those that somebody has who has signed in before."""
    known = tuple(cookies)

    async def page(request: Request) -> HTMLResponse:
        returning = any(name in request.cookies for name in known)
        return HTMLResponse(_html(returning), headers={"Cache-Control": "no-cache"})

    names = sorted(file.stem for file in (app_root() / "pages").rglob("*.py"))
    return [Route(path, page) for path in ("/", *(f"/{name}" for name in names))]


@cache
def _html(returning: bool) -> str:
    static = _static()
    html = (static / "index.html").read_text(encoding="utf-8")
    html = html.replace("<title>Streamlit</title>", "<title>Orchestrator Flow</title>")
    html = re.sub(
        r"\./static/media/SourceSansVF[^\"]*", "./app/static/fonts/inter-latin-wght-normal.woff2", html
    )
    links = "".join(
        f'<link rel="modulepreload" fetchpriority="low" crossorigin href="./static/js/{name}">'
        for name in _scripts(static / "static" / "js")
    )
    return html.replace("</head>", f"{links}{ROOM}{SIDEBAR if returning else ''}</head>")


def _scripts(folder: Path) -> list[str]:
    """The files of `PARTS` with all that they import, each before what imports it."""
    every = {file.name for file in folder.glob("*.js")}
    wanted: dict[str, None] = {}

    def want(name: str) -> None:
        if name in wanted or name not in every:
            return
        text = (folder / name).read_text(encoding="utf-8")
        wanted[name] = None
        for other in re.findall(r'(?:from|import)\s*"\./([^"]+\.js)"', text):
            want(other)

    for part in PARTS:
        for name in sorted(every):
            if name.split(".")[0] == part:
                want(name)
    return list(wanted)


def _static() -> Path:
    """Where the framework keeps its page."""
    spec = find_spec("streamlit")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "static"
