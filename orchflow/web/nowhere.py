"""The pages of our own for addresses at which there is nothing, or nothing for this reader: a word about it, and a way on.

Without them the framework answers every address with its own page, and shows the first screen under a window that says
that there is no such page; refusals are a few words on a white page.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from html import escape
from importlib import resources
from string import Template

from starlette._utils import get_route_path
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchflow.paths import app_root

FRAMEWORK = (
    "_stcore/", "media/", "component/", "static/", "app/static/", "auth/", "oauth2callback", "favicon.png", "manifest.json",
)  # fmt: skip
"""How the addresses begin that the framework answers, beside those of screens."""
WITHOUT_PAGES = ("/_stcore/", "/static/", "/auth/")
"""Where a page is the framework's own, which it sends where it has nothing."""
COLOURS = (
    "backgroundColor",
    "secondaryBackgroundColor",
    "textColor",
    "borderColor",
    "primaryColor",
    "linkColor",
)
NOT_FOUND = 404
SAID = {
    400: ("This address cannot be read", "It may be mistyped, or cut off where it was copied."),
    403: ("This is not open to you", "Sign in, or ask an administrator whether your role may have it."),
    NOT_FOUND: ("There is no such page", ""),
    405: ("Nothing can be sent here", "Open the screen and do it there."),
    421: ("This name is not served here", "Open the address that your administrator gave you."),
    500: (
        "Something went wrong",
        "Nothing you saved is lost. Try again; if it happens again, tell your administrator when.",
    ),
}
OTHERWISE = ("This did not work", "Try again in a moment.")


class Nowhere(Route):
    """Answers what nothing before it has, and the framework would not either; `names` are the addresses of the screens."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        super().__init__("/{address:path}", self._say)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """None for an address that ends in a slash, too: the framework sends it to the one without."""
        path = get_route_path(scope).lstrip("/")
        if scope["type"] != "http" or not path or path.endswith("/") or path.startswith(FRAMEWORK):
            return Match.NONE, {}
        return super().matches(scope)

    async def _say(self, request: Request) -> HTMLResponse:
        return _page(NOT_FOUND, str(request.path_params["address"]), names=self._names)


class OwnPages:
    """ASGI middleware: who opens an address in a browser and is refused gets a page, in place of a few bare words.

    Programs get the words. Where the framework sends its page for want of a file, everybody gets a 404.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "HEAD":
            await self._app(scope, receive, send)
            return
        person = Headers(scope=scope).get("sec-fetch-mode") == "navigate"
        answer = _Answer(scope, receive, send, person)
        try:
            await self._app(scope, receive, answer.take)
        except Exception:
            if person and not answer.begun:
                await answer.say(500, "")
            raise


class _Answer:
    """An answer on its way: let through, or kept until it is whole and then said on a page."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, person: bool) -> None:
        self._scope, self._receive, self._send, self._person = scope, receive, send, person
        self._kept: Message | None = None
        self._words = b""
        self.begun = False

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._is_bare(message):
            self._kept = message
        elif self._kept is None:
            self.begun = True
            await self._send(message)
        elif message["type"] == "http.response.body":
            self._words += message.get("body", b"")[:1000]
            if not message.get("more_body"):
                kept = self._kept
                fallen_back = kept["status"] < 400
                words = "" if fallen_back else self._words.decode("utf-8", "replace")
                await self.say(NOT_FOUND if fallen_back else kept["status"], words)

    async def say(self, status: int, words: str) -> None:
        """Send the page with the headers that the answer had; `words` are told where they are a sentence."""
        self.begun = True
        page = _page(status, get_route_path(self._scope).lstrip("/"), words if words.endswith(".") else "")
        for name, value in MutableHeaders(raw=(self._kept or {}).get("headers", [])).items():
            if not name.startswith(("content-length", "content-type", "content-encoding", "cache-control")):
                page.headers[name] = value
        await page(self._scope, self._receive, self._send)

    def _is_bare(self, start: Message) -> bool:
        kind = Headers(raw=start.get("headers", [])).get("content-type", "")
        if start["status"] == 200:
            return kind.startswith("text/html") and get_route_path(self._scope).startswith(WITHOUT_PAGES)
        return self._person and start["status"] >= 400 and kind.split(";")[0] in ("", "text/plain")


def _page(status: int, address: str, words: str = "", names: Sequence[str] = ()) -> HTMLResponse:
    root = "../" * address.count("/") or "./"
    meant = get_close_matches(address.rsplit("/", 1)[-1].lower(), names, n=1, cutoff=0.5)
    links = [f'<a class="main" href="{root}">Go to Home</a>']
    links += [f'<a href="{root}{name}">Did you mean /{name}?</a>' for name in meant]
    heading, more = SAID.get(status, OTHERWISE)
    said = escape(words or more)
    if status == NOT_FOUND and not words:
        at = escape(f"/{address}"[:200])
        said = f"Nothing is at <code>{at}</code>. The address may be mistyped, or from an older link."
    html = _template().substitute(heading=heading, said=said, links="".join(links), root=root)
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


@cache
def _template() -> Template:
    """The page, in the colours of the theme's settings in both modes; `$heading`, `$said`, `$links` and `$root` are left."""
    text = resources.files("orchflow.web").joinpath("nowhere.html").read_text(encoding="utf-8")
    theme = tomllib.loads((app_root() / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for name in COLOURS:
        text = text.replace(f"var(--{name})", f"light-dark({theme['light'][name]}, {theme['dark'][name]})")
    return Template(text)
