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
ROOM = (
    ".stMainBlockContainer { width: 100% !important; max-width: none !important }"
    "@media (min-width: 769px) { .stMainBlockContainer { padding: 3.9rem 2.25rem 2rem !important } }"
    "@media (hover: none) { .stElementContainer:has(.stDataFrame) { margin-top: 2rem } }"
    ".st-key-board { min-height: 60vh }"
    ".stButtonGroup button { min-height: 2.5rem }"
    ".stPageLink a * { white-space: normal !important }"
    ".st-key-way { min-height: 97px } .st-key-cards-2, .st-key-cards-3 { min-height: 266px } .st-key-cards-4 { min-height: 480px }"
    "@media (max-width: 640px) { .st-key-way { min-height: 189px } .st-key-cards-2 { min-height: 545px }"
    " .st-key-cards-3 { min-height: 800px } .st-key-cards-4 { min-height: 990px } }"
    ".st-key-my-profile > .stElementContainer > [data-testid=stSkeleton] { height: 105px !important }"
    "@media (max-width: 640px) { .stButtonGroup button { padding-inline: 6px } .st-key-people-disabled { min-width: 100% !important } }"
)
SIDEBAR = (
    "@media (min-width: 769px) {"
    ".stApp:not(:has(.stSidebar, .st-key-signed-out)) .stAppViewContainer > div:last-child { margin-left: 262.5px }"
    "}"
)
"""Places that are kept free until what belongs there is drawn."""


def first_pages(cookies: Iterable[str], style: str) -> list[Route]:
    """The address of every screen; `cookies` are those that somebody has who has signed in before, `style` our parts' style sheet."""
    known = tuple(cookies)

    async def page(request: Request) -> HTMLResponse:
        returning = any(name in request.cookies for name in known)
        return HTMLResponse(_html(returning, style), headers={"Cache-Control": "no-cache"})

    names = sorted(file.stem for file in (app_root() / "pages").rglob("*.py"))
    return [Route(path, page) for path in ("/", *(f"/{name}" for name in names))]


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
    added = "".join([*links, f"<style>{style}{ROOM}{SIDEBAR if returning else ''}</style>"])
    return html.replace("</head>", f"{added}</head>")


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
