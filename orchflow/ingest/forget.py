"""Takes away what was loaded from a source that is no longer read: it leaves every figure and is listed under Removed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

import pyarrow as pa

from orchflow.errors import ConfigError, NotFound
from orchflow.ingest.connect import confirm
from orchflow.ingest.record import query
from orchflow.ingest.run import SourceResult, Trigger, run_source
from orchflow.ingest.source import RECONCILE, Batch, Check, Complete, Watermark
from orchflow.ingest.status import source_status
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace

LISTED = ("usage", "run_events", "tasks", "conversations", "focus_lines")
KNOWN = ("agents", "organizations", "users", "roles", "teams", "team_members")
"""What a source tells whole. The plan that it keeps stays here: it may have been adopted."""
READING = ("watermarks", "loaded_files", "rejects")
"""How far a source was read, and what was set aside of it."""
_NOTHING = pa.table({})
_NO_IDS = pa.table({"event_id": pa.array([], pa.string())})

log = logging.getLogger(__name__)


def forget_source(ws: Workspace, actor: Actor, name: str, *, trigger: Trigger = "manual") -> SourceResult:
    """Take away what was loaded from the source called `name`; connected again, it is read from the beginning.

    A row that another source of the same installation delivered too is that one's from then on. Forbidden for who is no
    administrator, NotFound for a source that left nothing here, ConfigError for one that is still connected, SourceError while
    it is being read.
    """
    confirm(ws, actor)
    if name in {source.name for source in ws.settings.sources}:
        raise ConfigError(f"{name} is still connected", "Disconnect it first; else it would be read again.")
    if name not in {status.name for status in source_status(ws)}:
        raise NotFound(f"Nothing was loaded from a source called {name!r}", "Look at the list of sources.")
    result = run_source(ws, actor, _Gone(name), trigger=trigger)
    if result.state == "done":
        with ws.warehouse.write() as tx:
            for table in READING:
                tx.execute(query("reading_forget").on(table=table), {"source": name})
    log.info("%s took away what was loaded from the source %s", actor.username, name)
    return result


class _Gone:
    """A source that has nothing any more."""

    kind = ""

    def __init__(self, name: str) -> None:
        self.name = name

    def jobs(self) -> Sequence[str]:
        """A comparison with nothing."""
        return (RECONCILE,)

    def check(self) -> list[Check]:
        """There is nothing to try."""
        return []

    def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        """Yield that nothing is there."""
        for dataset in LISTED:
            yield Batch(dataset, _NOTHING, complete=Complete(_NO_IDS, None))
        for dataset in KNOWN:
            yield Batch(dataset, _NOTHING, snapshot=True)

    def close(self) -> None:
        """There is nothing to let go of."""
