"""The local door: how a command reaches the server that owns the warehouse.

A running server leaves `server.json` (mode 0600: address, token, process) in the home folder. A command that
finds it sends the operation there instead of opening the stores, which only one process can do.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from orchflow.encoding import to_text
from orchflow.errors import OrchflowError, UsageError
from orchflow.operations import OPERATIONS, Outcome, carry_out
from orchflow.progress import Progress, untold
from orchflow.workspace import current_workspace

LOG = logging.getLogger("orchflow.control")
FILE = "server.json"
LOCAL_DOOR = "/api/local/"
PATH = f"{LOCAL_DOOR}{{operation}}"


class BrokenRecord(OrchflowError):
    """The record of a server is there and tells nothing."""


@dataclass(frozen=True)
class ServerRecord:
    """Where the running server is and the secret that opens its local door."""

    address: str
    token: str
    pid: int

    @classmethod
    def new(cls, host: str, port: int) -> ServerRecord:
        """A record of this process; a wildcard host is reached through the loopback address."""
        wildcards = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared with, not bound to
        reachable = wildcards.get(host, f"[{host}]" if ":" in host else host)
        return cls(f"http://{reachable}:{port}", secrets.token_urlsafe(32), os.getpid())

    def write(self, home: Path) -> None:
        """Leave the record for the commands of the same user, readable by nobody else."""
        temporary = home / f"{FILE}.{self.pid}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(to_text(self))
        temporary.replace(home / FILE)

    def remove(self, home: Path) -> None:
        """Take the record away, unless another server has replaced it."""
        try:
            own = read_record(home) == self
        except BrokenRecord:
            own = True
        if own:
            (home / FILE).unlink(missing_ok=True)


def read_record(home: Path) -> ServerRecord | None:
    """The record that a server left, or None; it may be of a server that has died.

    BrokenRecord when there is one that says nothing.
    """
    file = home / FILE
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        address, token, pid = kept["address"], kept["token"], kept["pid"]
        reached = httpx.URL(address)
        if not (reached.scheme == "http" and reached.host and token.isascii() and token and int(pid) == pid):
            raise ValueError("it names no server")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError,
            httpx.InvalidURL):  # fmt: skip
        raise BrokenRecord(
            f"{file} cannot be understood, so a server that may run on this data cannot be reached",
            "Restart that server, which writes the file anew; where none runs, delete the file.",
        ) from None
    return ServerRecord(address, token, pid)


def running_server(home: Path) -> ServerRecord | None:
    """The server that runs on this home folder, asked whether it still answers."""
    record = read_record(home)
    if record is None:
        return None
    try:
        answer = httpx.post(
            _url(record, "ping"), headers=_headers(record), json={}, timeout=5, trust_env=False
        )
    except httpx.HTTPError:
        return None
    return record if answer.status_code == 200 else None


def send(
    record: ServerRecord, operation: str, options: dict[str, Any], progress: Progress = untold
) -> Outcome:
    """Have the server carry out `operation`; the same outcome or error as doing it here."""
    try:
        # An ingestion or export takes as long as it takes; a server that dies closes the connection.
        with httpx.stream(
            "POST",
            _url(record, operation),
            headers=_headers(record),
            json=options,
            timeout=httpx.Timeout(5, read=None),
            trust_env=False,
        ) as answer:
            return _heard(answer.iter_lines(), progress)
    except (httpx.HTTPError, ValueError) as error:
        raise OrchflowError(
            f"The server at {record.address} broke off while working: {error}",
            "Look at the server's log; the command can be given again.",
        ) from None


def _heard(lines: Iterable[str], progress: Progress) -> Outcome:
    """The outcome, or the error, that an answer ends with; the lines before it tell how far the operation is."""
    for line in lines:
        match json.loads(line):
            case {"progress": [int(rows), int(of)]}:
                progress(rows, of)
            case {"document": dict(document), "exit_code": int(exit_code)}:
                return Outcome(document, exit_code)
            case {"error": {"message": str(message), "hint": str(hint), "exit_code": int(exit_code)}}:
                refused = OrchflowError(message, hint)
                refused.exit_code = exit_code  # type: ignore[misc]
                raise refused
            case _:
                break
    raise ValueError("it answers like no server of Orchestrator Flow")


async def _answer(request: Request) -> Response:
    record: ServerRecord | None = getattr(request.app.state, "control", None)
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if record is None or not secrets.compare_digest(token.encode(), record.token.encode()):
        return JSONResponse({"error": {"message": "Not allowed", "hint": "", "exit_code": 1}}, 401)
    operation = request.path_params["operation"]
    if operation == "ping":
        return JSONResponse({"document": {}, "exit_code": 0})
    options = await request.json()
    return StreamingResponse(_told(operation, options), media_type="application/x-ndjson")


async def _told(operation: str, options: dict[str, Any]) -> AsyncIterator[str]:
    """A line whenever there is progress, and at the end one with the outcome."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def tell(body: dict[str, Any]) -> None:
        loop.call_soon_threadsafe(lines.put_nowait, body)

    def work() -> None:
        tell(_outcome(operation, options, lambda rows, of: tell({"progress": [rows, of]})))

    working = asyncio.create_task(run_in_threadpool(work))
    body: dict[str, Any] = {"progress": []}
    while "progress" in body:
        body = await lines.get()
        yield json.dumps(body) + "\n"
    await working


def _outcome(operation: str, options: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """What an operation came to, or the error that broke it off."""
    try:
        if operation not in OPERATIONS:
            raise UsageError(f"The server knows no operation {operation!r}", "Restart it after an upgrade.")
        outcome = carry_out(current_workspace(), operation, options, progress)
        return {"document": outcome.document, "exit_code": outcome.exit_code}
    except OrchflowError as error:
        return {"error": {"message": str(error), "hint": error.hint, "exit_code": error.exit_code}}
    except BaseException:  # whatever it is, the client waits for an answer
        reference = secrets.token_hex(4)
        LOG.exception("Operation %s failed, reference %s", operation, reference)
        message = f"{operation} failed in the server, reference {reference}"
        hint = "The server's log tells more under this reference."
        return {"error": {"message": message, "hint": hint, "exit_code": 1}}


def control_routes() -> list[Route]:
    """The routes of the local door; closed until the server has put its record on `app.state.control`."""
    return [Route(PATH, _answer, methods=["POST"])]


def _url(record: ServerRecord, operation: str) -> str:
    return record.address + PATH.format(operation=operation)


def _headers(record: ServerRecord) -> dict[str, str]:
    return {"Authorization": f"Bearer {record.token}"}
