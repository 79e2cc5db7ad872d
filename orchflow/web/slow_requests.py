"""Requests that never arrive whole are closed in time: connections that say nothing, and heads and bodies that trickle."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_LATE = b"The request did not arrive in time"


class _Awaited(Enum):
    NOTHING = "nothing"
    HEAD = "the head of a request"
    BODY = "the rest of a body"


class TimelyProtocol(H11Protocol):
    """uvicorn's, with a time within which a request has to arrive, whatever its path and whoever sends it.

    A head has `head_seconds`. A body has `body_seconds` and a second more for every `bytes_a_second` that came; while
    the server itself does not read on, its time stands still. Whoever is told that it took too long has
    `linger_seconds` to hear it, since what they go on sending would otherwise make them lose the answer.
    """

    head_seconds = 15.0
    body_seconds = 30.0
    bytes_a_second = 16 * 1024
    linger_seconds = 1.0

    _awaited = _Awaited.NOTHING
    _since = 0.0
    _received = 0
    _timer: asyncio.TimerHandle | None = None
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._received += len(data)
        super().data_received(data)
        self._look()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._await(_Awaited.NOTHING)
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        self._await(_Awaited.NOTHING)
        super().connection_lost(exc)

    def _look(self) -> None:
        """See what the connection owes now, and count its time from here where that is something new."""
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            awaited = _Awaited.NOTHING
        elif self.conn.their_state is h11.IDLE:
            awaited = _Awaited.HEAD
        elif self.conn.their_state is h11.SEND_BODY:
            awaited = _Awaited.BODY
        else:
            awaited = _Awaited.NOTHING
        if awaited is not self._awaited:
            self._await(awaited)

    def _await(self, awaited: _Awaited) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._awaited, self._since, self._received = awaited, self.loop.time(), 0
        if awaited is not _Awaited.NOTHING:
            self._timer = self.loop.call_later(self._allowed(), self._due)

    def _allowed(self) -> float:
        if self._awaited is _Awaited.HEAD:
            return self.head_seconds
        return self.body_seconds + self._received / self.bytes_a_second

    def _due(self) -> None:
        if self._awaited is _Awaited.BODY and self.flow.read_paused:
            self._await(_Awaited.BODY)
            return
        left = self._since + self._allowed() - self.loop.time()
        if left > 0:
            self._timer = self.loop.call_later(left, self._due)
            return
        self._refuse()

    def _refuse(self) -> None:
        began = self._awaited is _Awaited.BODY or self._received > 0
        if self._awaited is _Awaited.BODY and self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._await(_Awaited.NOTHING)
        self._refused = True
        if began and not self.transport.is_closing() and self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._tell()
            self.loop.call_later(self.linger_seconds, self.transport.close)
        else:
            self.transport.close()

    def _tell(self) -> None:
        headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
        events: list[Any] = [
            h11.Response(status_code=408, headers=headers, reason=b"Request Timeout"),
            h11.Data(data=_LATE),
            h11.EndOfMessage(),
        ]
        self.transport.write(b"".join(self.conn.send(event) or b"" for event in events))
        self.transport.write_eof()
