"""Snapshots for those who wait for one: made one at a time, once for everybody of the same rights."""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path

from orchflow import clock
from orchflow.errand import HereErrand
from orchflow.people.permissions import Actor
from orchflow.progress import Progress
from orchflow.reports.snapshot import Snapshot, make_snapshot, newest_snapshot, path_of
from orchflow.workspace import Workspace


class _Making:
    """A snapshot that waits for its turn or is being made, since `began`."""

    def __init__(self, ws: Workspace, actor: Actor) -> None:
        self.began: datetime | None = None
        self.errand = HereErrand(self._make, ws, actor)

    def _make(self, ws: Workspace, actor: Actor, *, progress: Progress) -> Snapshot:
        self.began = clock.now()
        return make_snapshot(ws, actor, progress)


_guard = threading.Lock()
_makings: dict[Path, list[_Making]] = defaultdict(list)


def snapshot_not_older(ws: Workspace, actor: Actor, age: timedelta) -> Future[Snapshot]:
    """The snapshot for those with the rights that `actor` has, made anew where the last one is older than `age` now.

    Whoever comes while one is made that is young enough gets that one; waiting for it takes no thread. The future raises what
    `make_snapshot` does. Forbidden at once without the permission to export.
    """
    oldest = clock.now() - age
    made = newest_snapshot(ws, actor)
    if made is not None and made.made_at >= oldest:
        ready: Future[Snapshot] = Future()
        ready.set_result(made)
        return ready
    path = path_of(ws, actor)
    with _guard:
        going = [making for making in _makings[path] if not making.errand.ended]
        young = [making for making in going if making.began is None or making.began >= oldest]
        if not young:
            young = [_Making(ws, actor)]
            going += young
        _makings[path] = going
        return young[0].errand.outcome
