"""A file, or a zip of the plan's folders, into the plan: here, or in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from orchflow.errand import Errand
from orchflow.people.permissions import Actor
from orchflow.planning.exchange.import_file import import_plan
from orchflow.planning.exchange.report import ImportReport
from orchflow.progress import Progress, untold
from orchflow.screens.plan.plan_folder import import_zip
from orchflow.store.engine import Store, open_store
from orchflow.workspace import Workspace, store_url


def bring_in(
    store: Store, actor: Actor, data: bytes, name: str, options: Mapping[str, Any], zone: ZoneInfo, *,
    dry_run: bool, request: str | None = None, progress: Progress = untold,
) -> ImportReport:  # fmt: skip
    """Import what a person has chosen; `options` say how it is read. A dry run says what would happen."""
    if name.lower().endswith(".zip"):
        return import_zip(
            store, actor, data, dry_run=dry_run, take=options.get("take"), request=request, progress=progress
        )
    return import_plan(
        store, actor, data, filename=name, zone=zone, dry_run=dry_run, request=request, progress=progress, **options
    )  # fmt: skip


def bring_in_aside(
    ws: Workspace, actor: Actor, data: bytes, name: str, options: Mapping[str, Any], dry_run: bool,
    request: str | None, progress: Progress,
) -> ImportReport:  # fmt: skip
    """The same while everybody's pages go on."""
    place = (store_url(ws.settings), ws.settings.home / "backups", ws.zone)
    errand = Errand(
        _elsewhere, place, actor.elsewhere(), data, name, dict(options), dry_run, request, told=progress
    )
    report = errand.result()
    if report.request:
        ws.store.tell()
    return report


def _elsewhere(
    place: tuple[str, Path, ZoneInfo], actor: Actor, data: bytes, name: str, options: Mapping[str, Any],
    dry_run: bool, request: str | None, progress: Progress,
) -> ImportReport:  # fmt: skip
    address, backups, zone = place
    store = open_store(address, backups=backups, zone=zone)
    try:
        return bring_in(
            store, actor, data, name, options, zone, dry_run=dry_run, request=request, progress=progress
        )
    finally:
        store.dispose()
