"""Headers and closed doors for everything that the server answers."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLOSED = ("/_stcore/metrics", "/_stcore/agent")
"""Paths of the web framework that would tell strangers about the process; nothing here needs them."""


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
    """The scripts that stand inside the framework's page and the cookie component's, by their hash.

    Read from the installed files, so that no script is allowed that they do not hold.
    """
    pages = (
        ("streamlit", "static/index.html"),
        ("extra_streamlit_components", "CookieManager/frontend/build/index.html"),
    )
    hashes = []
    for package, page in pages:
        spec = find_spec(package)
        file = Path(spec.origin).parent / page if spec and spec.origin else None
        if file is None or not file.is_file():
            continue
        for script in re.findall(r"<script>(.*?)</script>", file.read_text(encoding="utf-8"), re.DOTALL):
            digest = hashlib.sha256(script.encode()).digest()
            hashes.append(f"'sha256-{base64.b64encode(digest).decode()}'")
    return tuple(hashes)


class SecurityHeaders:
    """ASGI middleware: adds the headers, closes `CLOSED`, and answers only to the allowed hosts.

    An empty `allowed_hosts` allows every host name; a leading `*.` allows the sub-domains.
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
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        if any(scope["path"].startswith(path) for path in CLOSED):
            await PlainTextResponse("Not found", 404)(scope, receive, with_headers)
        elif not self._allowed(scope):
            await PlainTextResponse("This host name is not served here", 421)(scope, receive, with_headers)
        else:
            await self.app(scope, receive, with_headers)

    def _allowed(self, scope: Scope) -> bool:
        if not self.allowed_hosts:
            return True
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        return any(
            name == allowed or (allowed.startswith("*.") and name.endswith(allowed[1:]))
            for allowed in self.allowed_hosts
        )
