"""What browsers hand in, before a screen takes it: who may, how much of it, and for how long it is kept.

The framework takes a file from whoever has opened a websocket and keeps it in memory until that is closed. Here it passes a
gate: only the tab of somebody who is signed in may, and every tab and the server as a whole have their limits.
"""

from __future__ import annotations

import ctypes
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from starlette._utils import get_route_path
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchflow.errors import OrchflowError

_PATH = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)")
PREFIX = "/_stcore/upload_file"


@dataclass(frozen=True)
class Limits:
    """Bytes, numbers of files and seconds; a tab is one browser tab, the server all of them together."""

    file_bytes: int = 101 * 2**20
    tab_bytes: int = 200 * 2**20
    tab_files: int = 40
    server_bytes: int = 400 * 2**20
    kept_seconds: float = 3600.0


class Tabs(Protocol):
    """The open tabs, and the files that are kept for each."""

    def standing(self, tab: str) -> Callable[[], None] | None:
        """What raises when the person in that tab may do nothing any more; None where nobody is signed in."""

    def files(self) -> dict[str, dict[str, int]]:
        """The size of every kept file, by tab and file."""

    def remove(self, tab: str, file: str) -> None:
        """Let a file go."""


@dataclass
class Uploads:
    """The books of what is kept and what is on its way. For one event loop, not for threads."""

    tabs: Tabs
    limits: Limits = Limits()
    now: Callable[[], float] = time.monotonic
    _arriving: dict[int, tuple[str, int]] = field(default_factory=dict)
    _since: dict[tuple[str, str], float] = field(default_factory=dict)

    def refusal(self, tab: str, upload: int, size: int) -> tuple[int, str] | None:
        """Status and words where `size` bytes of `upload` are too many for `tab`, else None, and they are noted."""
        limits, kept = self.limits, self.tabs.files()
        others = [(owner, some) for number, (owner, some) in self._arriving.items() if number != upload]
        own = [*kept.get(tab, {}).values(), *(some for owner, some in others if owner == tab)]
        everything = sum(sum(files.values()) for files in kept.values()) + sum(some for _, some in others)
        if size > limits.file_bytes:
            return 413, f"A file may have {limits.file_bytes // 2**20} MB"
        if len(own) >= limits.tab_files or sum(own) + size > limits.tab_bytes:
            return 413, "There are too many files in this tab: use them, or take some away, and try again"
        if everything + size > limits.server_bytes:
            return 503, "Too many files are being handed in: try again in a minute"
        self._arriving[upload] = (tab, size)
        return None

    def arrived(self, upload: int) -> None:
        """The upload has ended, whichever way."""
        self._arriving.pop(upload, None)

    def sweep(self) -> None:
        """Let go what nobody may use any more, or has not used for too long; the memory goes back to the system."""
        now = self.now()
        kept = {(tab, file) for tab, files in self.tabs.files().items() for file in files}
        gone = self._since.keys() - kept
        self._since = {known: self._since.get(known, now) for known in kept}
        over = [known for known in kept if self._is_over(known, now)]
        for tab, file in over:
            self.tabs.remove(tab, file)
        if gone or over:
            _give_memory_back()

    def _is_over(self, known: tuple[str, str], now: float) -> bool:
        return now - self._since[known] > self.limits.kept_seconds or self.tabs.standing(known[0]) is None


class UploadGate:
    """ASGI middleware in front of the framework's own place for files."""

    def __init__(self, app: ASGIApp, uploads: Uploads) -> None:
        self._app, self._uploads = app, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = get_route_path(scope) if scope["type"] == "http" else ""
        if not path.startswith(PREFIX) or scope["method"] == "OPTIONS":
            await self._app(scope, receive, send)
            return
        place = _PATH.fullmatch(path)
        refusal = await self._refused(place[1]) if place else (404, "Not found")
        if refusal is None and place and scope["method"] == "PUT":
            await self._bounded(place[1], scope, receive, send)
        elif refusal is None:
            await self._app(scope, receive, send)
        else:
            await _answer(*refusal)(scope, receive, send)

    async def _refused(self, tab: str) -> tuple[int, str] | None:
        standing = self._uploads.tabs.standing(tab)
        if standing is None:
            return 403, "Sign in first"
        try:
            await run_in_threadpool(standing)
        except OrchflowError as error:
            return 403, str(error)
        return None

    async def _bounded(self, tab: str, scope: Scope, receive: Receive, send: Send) -> None:
        upload, came, answered = id(scope), 0, False
        declared = dict(scope["headers"]).get(b"content-length", b"")
        size = int(declared) if declared.isdigit() and len(declared) < 16 else 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > size and (refusal := self._uploads.refusal(tab, upload, came)):
                raise _TooMuch(refusal)
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            if refusal := self._uploads.refusal(tab, upload, size):
                raise _TooMuch(refusal)
            await self._app(scope, counted, noted)
        except _TooMuch as error:
            if answered:
                raise
            await _answer(*error.refusal)(scope, receive, send)
        finally:
            self._uploads.arrived(upload)


class _TooMuch(Exception):
    def __init__(self, refusal: tuple[int, str]) -> None:
        super().__init__(refusal[1])
        self.refusal = refusal


def _answer(status: int, words: str) -> PlainTextResponse:
    """The rest of a refused file is not waited for."""
    return PlainTextResponse(words, status, headers={"Connection": "close"})


def _give_memory_back() -> None:
    """Have the C library return what is free to the system; without it, blocks of a file may stay with the process."""
    if sys.platform == "linux":
        try:
            ctypes.CDLL("libc.so.6").malloc_trim(0)
        except (OSError, AttributeError):  # pragma: no cover - another C library
            return
