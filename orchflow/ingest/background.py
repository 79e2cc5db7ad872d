"""Starts a run that outlives the page it was asked for on."""

from __future__ import annotations

import logging
import threading

from orchflow.errors import OrchflowError, SourceError
from orchflow.ingest.progress import Progress, progress
from orchflow.ingest.reconcile import reconcile_source
from orchflow.ingest.run import run_source
from orchflow.ingest.source import Kind, Source
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import Actor, Permission
from orchflow.workspace import Workspace

PATIENCE = 5.0
"""Seconds until who asked for a run is answered, should it not have begun by then."""

log = logging.getLogger(__name__)


def start_run(ws: Workspace, actor: Actor, name: str, kind: Kind = "new") -> threading.Thread:
    """Run the source called `name` in a thread of its own; `progress` and the record of runs tell how it fares from now on.

    What can be refused at once is raised here: Forbidden, ConfigError, and SourceError when it is being read already.
    """
    actor.require(Permission.INGEST_RUN)
    ws.store.confirm(actor)
    source = open_source(ws.settings.source(name), ws.settings.workspace)
    if progress(ws.warehouse.path, name) is not None:
        raise SourceError(f"{name} is being read already", "Wait until that run has ended.")
    begun = threading.Event()
    thread = threading.Thread(
        target=_run, args=(ws, actor, source, kind, begun), name=f"ingest-{name}", daemon=True
    )
    thread.start()
    begun.wait(PATIENCE)
    return thread


def _run(ws: Workspace, actor: Actor, source: Source, kind: Kind, begun: threading.Event) -> None:
    def tell(_progress: Progress) -> None:
        begun.set()

    try:
        if kind == "reconcile":
            reconcile_source(ws, actor, source, on_progress=tell)
        else:
            run_source(ws, actor, source, full=kind == "full", on_progress=tell)
    except OrchflowError as error:
        log.warning("%s. %s", error, error.hint)
    finally:
        begun.set()
