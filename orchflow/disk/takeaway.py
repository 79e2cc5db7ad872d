"""Files that leave by a browser, whatever their size: they lie on the disk for an hour, and nothing of them in memory.

Each leaves under an address that only who asked for it knows, for a few minutes, and only while they still may have it.
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from orchflow.errors import OrchflowError, disk_error

FOLDER = "exports"
PREFIX = "/files/"
KEPT = 3_600.0
"""Seconds for which a file lies ready."""
OFFERED = 300.0
"""Seconds for which an address leads to its file."""


@dataclass(frozen=True)
class _Offer:
    path: Path
    name: str
    mime: str
    confirm: Callable[[], object]
    until: float


_offers: dict[str, _Offer] = {}
_guard = threading.Lock()


def new_folder(home: Path) -> Path:
    """A new folder for one file that will be taken away; those of files whose time is over go."""
    folder = home / FOLDER / secrets.token_hex(8)
    remove_old(home)
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise disk_error(error, f"{folder} could not be made", "Let the data folder be written.") from None
    return folder


def remove_old(home: Path, seconds: float = KEPT) -> None:
    """Remove files that have been lying ready for longer than so many seconds."""
    for folder in (home / FOLDER).glob("*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime >= seconds:
                shutil.rmtree(folder, ignore_errors=True)


def offer(path: Path, name: str, mime: str, confirm: Callable[[], object]) -> str:
    """The address under which the file at `path` may be taken away as `name`; `confirm` raises when it may no longer be."""
    ticket, now = secrets.token_urlsafe(32), time.monotonic()
    with _guard:
        for over in [known for known, held in _offers.items() if held.until < now]:
            del _offers[over]
        _offers[ticket] = _Offer(path, name, mime, confirm, now + OFFERED)
    return PREFIX + ticket


def takeaway_routes() -> list[Route]:
    """The way to the files that are offered."""
    return [Route(PREFIX + "{ticket}", _answer, methods=["GET"])]


async def _answer(request: Request) -> Response:
    held = _offers.get(request.path_params["ticket"])
    if held is None or held.until < time.monotonic() or not held.path.is_file():
        return PlainTextResponse("This file is no longer here. Ask for it again on the screen.", 404)
    try:
        await run_in_threadpool(held.confirm)
    except OrchflowError as error:
        return PlainTextResponse(f"{error}. {error.hint}", 403)
    if (
        request.headers.get("sec-fetch-mode") == "cors"
    ):  # the page looks whether there is a file before it leads to it
        return Response(status_code=204)
    return FileResponse(
        held.path, media_type=held.mime, filename=held.name, headers={"Cache-Control": "no-store"}
    )
