"""/snapshot: the database file for SQL of one's own."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from orchflow.api.bodies import Instant
from orchflow.api.request_context import Caller, Reader
from orchflow.disk import takeaway
from orchflow.encoding import as_json
from orchflow.errors import Forbidden, NotFound
from orchflow.reports.ready_queries import ready_queries
from orchflow.reports.snapshot import Snapshot, newest_snapshot
from orchflow.reports.snapshot_queue import snapshot_not_older

router = APIRouter(prefix="/snapshot", tags=["Datasets"])
MIME = "application/vnd.duckdb"


class Table(BaseModel):
    """A table of the snapshot; it has the name of its dataset."""

    name: str
    description: str = Field(description="What one row is.")
    rows: int


class ReadyQuery(BaseModel):
    """A query that the snapshot answers."""

    name: str
    description: str
    sql: str


class About(BaseModel):
    """The snapshot that lies ready for those with the rights of the token's user."""

    made_at: Instant | None = Field(description="Null while there is none.")
    bytes: int
    tables: list[Table]
    queries: list[ReadyQuery] = Field(description="Some queries to begin with.")


class SnapshotQuery(BaseModel):
    """How old the file may be."""

    model_config = ConfigDict(extra="forbid")

    max_age: int = Field(60, ge=0, le=525_600, description="Minutes; an older one is made anew first.")


@router.get("", response_model=About, operation_id="getSnapshot", summary="Look at the snapshot")
def get_snapshot(caller: Reader) -> JSONResponse:
    """When it was made, what is in it, and queries to begin with. What its reader may not see is not in it."""
    made = newest_snapshot(caller.ws, caller.actor)
    queries = [
        {"name": name, "description": query.description, "sql": query.text}
        for name, query in ready_queries().items()
    ]
    told: dict[str, Any] = {"made_at": None, "bytes": 0, "tables": []}
    if made is not None:
        told = {"made_at": made.made_at, "bytes": made.bytes, "tables": made.tables}
    return JSONResponse(as_json({**told, "queries": queries}))


@router.get(
    "/file", operation_id="getSnapshotFile", summary="Take the snapshot away", response_class=FileResponse,
    responses={200: {"content": {MIME: {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
async def get_file(asked: Annotated[SnapshotQuery, Query()], caller: Reader) -> FileResponse:
    """A DuckDB file with a table for each dataset that the token's user may take away; open it with `duckdb -readonly`.

    While it is made anew the answer waits.
    """
    file = await run_in_threadpool(_held, caller, await _young(caller, timedelta(minutes=asked.max_age)))
    return FileResponse(
        file,
        media_type=MIME,
        filename="orchflow.duckdb",
        background=BackgroundTask(shutil.rmtree, file.parent, True),
    )


async def _young(caller: Caller, age: timedelta) -> Snapshot:
    """The snapshot, waited for on the event loop: a thread for each who waits would leave none for other requests."""
    while True:
        future = await run_in_threadpool(snapshot_not_older, caller.ws, caller.actor, age)
        try:
            return await asyncio.shield(asyncio.wrap_future(future))
        except Forbidden:  # who had asked for it may no longer; others with the same rights still may
            await run_in_threadpool(caller.store.confirm, caller.actor)


def _held(caller: Caller, made: Snapshot) -> Path:
    """Another name of the file, so that it stays the same while it is sent, whatever takes its place meanwhile."""
    caller.store.confirm(caller.actor)
    file = takeaway.new_folder(caller.ws.settings.home) / "orchflow.duckdb"
    try:
        file.hardlink_to(made.path)
    except FileNotFoundError:
        raise NotFound("The snapshot was just removed", "Ask for it again.") from None
    except OSError:
        shutil.copyfile(made.path, file)  # a disk without links
    return file
