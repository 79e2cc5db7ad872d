"""What needs attention in an installation: each check with what was found, and what to do where it is not well."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from orchflow.backups.known import in_folder
from orchflow.backups.scheduled import age, backup_state
from orchflow.backups.settings_copy import without_secrets
from orchflow.disk.private_files import OTHERS, foreign, is_its_own, open_to_others, owner_of
from orchflow.dispatch import standings
from orchflow.guidance.pages import load_pages
from orchflow.planning.journey.content import load_flows
from orchflow.planning.tables import Attachment
from orchflow.planning.work.attachments import content_path
from orchflow.warehouse.made_anew import HINT, SAID, made_anew_at
from orchflow.workspace import Workspace, backups_folder, warehouse_path

LITTLE_DISK = 1_000_000_000


def examine(ws: Workspace) -> list[dict[str, Any]]:
    """Every check with its `name`, `message` and `hint`; `ok` is None where it only warns."""
    home = ws.settings.home
    free = shutil.disk_usage(home).free
    return [
        _finding("settings", True, f"{ws.settings.config_file or 'no settings file, defaults'}"),
        _writable(home),
        _finding("plan store", True, f"{ws.store.engines.kind}, {ws.store.revision()}"),
        _warehouse(ws),
        _finding(
            "disk", free > LITTLE_DISK, f"{free / 1e9:.1f} GB free", "Free space before the next ingestion."
        ),
        _private(ws),
        _owned(home),
        _secrets(ws.settings.config_file),
        _followed(ws),
        _attached(ws),
        _backed_up(ws),
        _content(),
        _finding(
            "sources",
            True if ws.settings.sources else None,
            ", ".join(source.name for source in ws.settings.sources) or "none is configured",
            "Add one under sources in orchflow.yaml.",
        ),
    ]


def _finding(name: str, ok: bool | None, message: str, hint: str = "") -> dict[str, Any]:
    return {"name": name, "ok": ok, "message": message, "hint": "" if ok else hint}


def _writable(home: Path) -> dict[str, Any]:
    writable = os.access(home, os.W_OK)
    return _finding(
        "data directory",
        writable,
        str(home) if writable else f"nothing can be written to {home}",
        "Give the user that runs the server the right to write there.",
    )


def _private(ws: Workspace) -> dict[str, Any]:
    """Whether others may look into the data, the backups of it wherever they lie, or what spills of the warehouse."""
    home = ws.settings.home
    elsewhere = [backup.folder for backup in in_folder(backups_folder(ws.settings))]
    places = [home, *(folder for folder in elsewhere if not folder.is_relative_to(home))]
    exposed = {place: paths for place in places if (paths := open_to_others(place))}
    count = sum(len(paths) for paths in exposed.values())
    first = next(iter(exposed.values()))[0] if exposed else home
    hint = f"Run: {shlex.join(['chmod', '-R', 'go=', *map(str, exposed)])}"
    if not is_its_own(home):
        hint = "Set ORCHFLOW_HOME to a folder that holds nothing else; it is then closed to others at every start."
    return _finding(
        "privacy",
        not exposed,
        f"others can get at {count:,} of the data's files and folders, among them {first} (mode"
        f" {stat.S_IMODE(first.stat().st_mode):o})"
        if exposed
        else "nobody but its owner can get at the data",
        hint,
    )


def _owned(home: Path) -> dict[str, Any]:
    strange = foreign(home)
    return _finding(
        "owner",
        not strange,
        f"{len(strange):,} of the data's files and folders, among them {strange[0]}, belong to"
        f" {owner_of(strange[0])} and not to the user that runs this"
        if strange
        else "the data belongs to the user that runs this",
        f"Run as administrator: {shlex.join(['chown', '-R', _me(), str(home)])}",
    )


def _secrets(config_file: Path | None) -> dict[str, Any]:
    """Whether others may read secrets that are written out in the settings file, which may lie anywhere."""
    told: tuple[str, ...] = ()
    if config_file is not None and config_file.stat().st_mode & OTHERS:
        told = without_secrets(config_file.read_text(encoding="utf-8")).left_out
    return _finding(
        "secrets",
        not told or None,
        f"others can read {config_file}, in which secrets are written out: {', '.join(told)}"
        if told
        else "others can read no secret in the settings",
        f"Run: {shlex.join(['chmod', '600', str(config_file)])}; or take them from the environment, as ${{NAME}}.",
    )


def _me() -> str:
    return str(os.geteuid()) if hasattr(os, "geteuid") else "USER"


def _warehouse(ws: Workspace) -> dict[str, Any]:
    anew = made_anew_at(ws.warehouse)
    if anew is not None:
        return _finding("warehouse", False, f"{SAID} ({anew:%Y-%m-%d %H:%M} UTC)", HINT)
    schema = ws.warehouse.value("schema_version")
    return _finding("warehouse", True, f"schema {schema}, {warehouse_path(ws.settings)}")


def _backed_up(ws: Workspace) -> dict[str, Any]:
    state = backup_state(ws)
    last = (
        f"the newest is {age(state.last.made_at)} old, in {state.last.folder}"
        if state.last
        else "there is none yet"
    )
    due = f"; the next is due {state.next_at:%Y-%m-%d %H:%M}" if state.next_at else "; none is scheduled"
    return _finding(
        "backups",
        state.ok,
        last + due,
        "They are made while the server runs; its log tells why one failed. Make one now: orchflow backup DIR."
        if state.next_at
        else "Make one with `orchflow backup DIR`, or give backups.schedule in orchflow.yaml.",
    )


def _followed(ws: Workspace) -> dict[str, Any]:
    behind = [standing for standing in standings(ws.store) if standing.error or standing.waiting]
    return _finding(
        "events",
        not behind,
        "; ".join(
            f"{standing.subscriber}: {standing.waiting} waiting"
            + (f", failed {standing.failures} times, last with {standing.error}" if standing.error else "")
            for standing in behind
        )
        or "everything that was committed has been delivered",
        "They are tried again at the next change and start; the server's log tells more.",
    )


def _content() -> dict[str, Any]:
    """Whether flows and guides can be read and fit together."""
    problems = [*load_flows().problems, *load_pages().problems]
    return _finding(
        "flows and guides",
        not problems,
        "; ".join(problems[:5]) if problems else "all can be read",
        "The rest is there. Correct the files, or install the product again.",
    )


def _attached(ws: Workspace) -> dict[str, Any]:
    with ws.store.read() as session:
        names = {
            row.sha256: row.filename
            for row in session.execute(sa.select(Attachment.sha256, Attachment.filename))
        }
    lost = [name for sha256, name in names.items() if not content_path(ws.settings.home, sha256).is_file()]
    return _finding(
        "attached files",
        not lost,
        f"the content of {len(lost):,} is missing, among them {lost[0]}"
        if lost
        else f"{len(names):,}, all there",
        "Restore them from a backup.",
    )
