"""How much a browser may send at once over a websocket: little, until somebody is signed in there.

What has arrived of a message is held in memory until the rest of it comes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

STRANGERS = 2**20
"""Bytes of a message where nobody is signed in; a form of ours sends a thousand."""
SIGNED_IN = 16 * 2**20
"""Bytes of a message of somebody who is; a grid with ten thousand changed cells sends two million."""

_widen: ContextVar[Callable[[], None] | None] = ContextVar("widen", default=None)


class BoundedMessages(WebSocketsSansIOProtocol):
    """uvicorn's, which closes a websocket with 1009 as soon as a message says that it is longer than it may be."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.conn.max_message_size = STRANGERS

    async def run_asgi(self) -> None:
        _widen.set(self._widen)
        await super().run_asgi()

    def _widen(self) -> None:
        self.conn.max_message_size = SIGNED_IN


def signed_in() -> None:
    """Somebody is signed in at the websocket that the present task serves: from the next message on they may send more."""
    widen = _widen.get()
    if widen is not None:
        widen()
