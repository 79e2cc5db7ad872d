"""Asks an ASGI application something, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from starlette.types import ASGIApp


def ask(app: ASGIApp, method: str, path: str, *, client: str = "203.0.113.7", **more: Any) -> httpx.Response:
    """One request from the address `client`; `more` as for httpx."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://flow.example") as session:
            return await session.request(method, path, **more)

    return _on_a_loop_of_its_own(asked)


def _on_a_loop_of_its_own(asked: Callable[[], Coroutine[Any, Any, httpx.Response]]) -> httpx.Response:
    """The browser tests keep a loop running in the main thread; a thread of its own has none."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(asked())).result()
