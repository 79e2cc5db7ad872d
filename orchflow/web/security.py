"""Headers and closed doors for everything that the server answers."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from starlette._utils import get_route_path
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchflow.control import LOCAL_DOOR

CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
"""Paths of the web framework that would tell strangers about the process, or run it for them; nothing here needs them."""


def content_security_policy(frame_ancestors: Sequence[str]) -> str:
    """The policy under which the pages run: nothing comes from anywhere but this server.

    The framework's own scripts style elements in place and compile chart code, hence `unsafe-inline` for
    styles and `unsafe-eval` for scripts; frames of other sites are allowed only as `frame_ancestors` says.
    """
    ancestors = " ".join(("'self'", *frame_ancestors))
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'", *inline_script_hashes())),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' ws: wss: data: blob:",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        )
    )


@cache
def inline_script_hashes() -> tuple[str, ...]:
    """The scripts that stand inside the framework's page, by their hash.

    Read from the installed file, so that no script is allowed that it does not hold.
    """
    spec = find_spec("streamlit")
    assert spec is not None
    assert spec.origin is not None
    page = (Path(spec.origin).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


class SecurityHeaders:
    """ASGI middleware: adds the headers, closes `CLOSED`, and answers only to the allowed hosts.

    An empty `allowed_hosts` allows every host name; a leading `*.` allows the sub-domains. The local door asks for no host. A websocket that a page of
    another site opens is refused here: the framework would first ask a host outside for the address of this one. Over
    HTTPS every cookie is for HTTPS alone.
    """

    def __init__(
        self, app: ASGIApp, allowed_hosts: Sequence[str] = (), frame_ancestors: Sequence[str] = ()
    ) -> None:
        self.app = app
        self.allowed_hosts = tuple(host.lower() for host in allowed_hosts)
        self.headers = {
            "Content-Security-Policy": content_security_policy(frame_ancestors),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if not frame_ancestors:
            self.headers["X-Frame-Options"] = "SAMEORIGIN"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not (self._allowed(scope) and from_own_page(scope)):
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                if scope.get("scheme") == "https":
                    message["headers"] = [_for_https(*header) for header in message.get("headers", [])]
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
                if get_route_path(scope).startswith("/media/") and "content-disposition" in headers:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        if any(get_route_path(scope).startswith(path) for path in CLOSED):
            await PlainTextResponse("Not found", 404)(scope, receive, with_headers)
        elif not self._allowed(scope):
            await PlainTextResponse("This host name is not served here", 421)(scope, receive, with_headers)
        else:
            await self.app(scope, receive, with_headers)

    def _allowed(self, scope: Scope) -> bool:
        if not self.allowed_hosts or get_route_path(scope).startswith(LOCAL_DOOR):
            return True
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        return any(
            name == allowed or (allowed.startswith("*.") and name.endswith(allowed[1:]))
            for allowed in self.allowed_hosts
        )


def from_own_page(scope: Scope) -> bool:
    """Whether a page of this server asks, or a program, which names no page.

    Compared as the framework does it, letter by letter, so that it never comes to its own way of finding out.
    """
    origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    if not origins:
        return True
    if len(origins) > 1 or len(hosts) != 1:
        return False
    try:
        page = urlsplit(origins[0])
    except ValueError:
        return False
    return page.scheme in ("http", "https") and bool(page.netloc) and page.netloc == hosts[0]


def _for_https(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() != b"set-cookie" or b"secure" in {part.strip() for part in value.lower().split(b";")}:
        return name, value
    return name, value + b"; Secure"
