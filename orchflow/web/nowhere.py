"""The page for an address at which there is nothing: 404, a word about it, and a way on.

Without it the framework answers every address with its own page, and shows the first screen under a window that says
that there is no such page.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from html import escape
from importlib import resources
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Match, Route
from starlette.types import Scope

from orchflow.paths import app_root

FRAMEWORK = (
    "_stcore/", "media/", "component/", "static/", "app/static/", "auth/", "oauth2callback", "favicon.png", "manifest.json",
    "index.html",
)  # fmt: skip
"""How the addresses begin that the framework answers, beside those of screens."""
COLOURS = (
    "backgroundColor",
    "secondaryBackgroundColor",
    "textColor",
    "borderColor",
    "primaryColor",
    "linkColor",
)


class Nowhere(Route):
    """Answers what nothing before it has, and the framework would not either; `names` are the addresses of the screens."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        super().__init__("/{address:path}", self._say)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """None for an address that ends in a slash, too: the framework sends it to the one without."""
        path = str(scope.get("path", "")).removeprefix(str(scope.get("root_path", ""))).lstrip("/")
        if scope["type"] != "http" or not path or path.endswith("/") or path.startswith(FRAMEWORK):
            return Match.NONE, {}
        return super().matches(scope)

    async def _say(self, request: Request) -> HTMLResponse:
        address = str(request.path_params["address"])
        root = "../" * address.count("/") or "./"
        meant = get_close_matches(address.rsplit("/", 1)[-1].lower(), self._names, n=1, cutoff=0.5)
        links = [f'<a class="main" href="{root}">Go to Home</a>']
        links += [f'<a href="{root}{name}">Did you mean /{name}?</a>' for name in meant]
        html = _page().substitute(address=escape(f"/{address}"[:200]), links="".join(links), root=root)
        return HTMLResponse(html, status_code=404, headers={"Cache-Control": "no-store"})


@cache
def _page() -> Template:
    """The page, in the colours of the theme's settings in both modes; `$address`, `$links` and `$root` are left."""
    text = resources.files("orchflow.web").joinpath("nowhere.html").read_text(encoding="utf-8")
    theme = tomllib.loads((app_root() / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for name in COLOURS:
        text = text.replace(f"var(--{name})", f"light-dark({theme['light'][name]}, {theme['dark'][name]})")
    return Template(text)
