"""How many websockets one address may have open at once for people who are not signed in.

Each costs a session with an event loop and descriptors of its own, of which a process has only so many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from orchflow.config.settings import Settings
from orchflow.people.client_address import limited_as
from orchflow.people.cookie_key import COOKIE, cookie_key
from orchflow.people.cookie_tokens import CookieTokens
from orchflow.web import message_sizes

MOST = 100


def vouched_by(settings: Settings) -> Callable[[Mapping[str, str]], bool]:
    """Whether cookies are of somebody who has signed in, by our signature alone: the screens ask whether it still holds."""

    def vouched(cookies: Mapping[str, str]) -> bool:
        tokens = CookieTokens(cookie_key(settings.home), settings.security.session_days)
        if tokens.read_session(cookies.get(COOKIE, "")) is not None:
            return True
        return settings.oidc is not None and _came_from_provider(cookies)

    return vouched


def _came_from_provider(cookies: Mapping[str, str]) -> bool:
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
    from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

    return _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME) is not None


class Crowding:
    """ASGI middleware; `vouched` tells by the cookies of a request whether somebody is signed in, who is not counted."""

    def __init__(self, app: ASGIApp, vouched: Callable[[Mapping[str, str]], bool], most: int = MOST) -> None:
        self._app, self._vouched, self._most = app, vouched, most
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        if self._vouched(HTTPConnection(scope).cookies):
            message_sizes.signed_in()
            await self._app(scope, receive, send)
            return
        address = limited_as((scope.get("client") or ("",))[0])
        if self._open[address] >= self._most:
            await send({"type": "websocket.close", "code": 1013})
            return
        self._open[address] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]
