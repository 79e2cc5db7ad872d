"""The keys by which files name rows: the one a row came with, or its number with the mark of its workspace."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.permissions import SYSTEM
from orchflow.planning.exchange.records import OWN, Level
from orchflow.store.engine import Store
from orchflow.store.tables import Setting

_SETTING: Final = "workspace.id"
_OWN_KEY = re.compile(r"([EPGT])([1-9]\d{0,17})@([0-9a-f]{8})")
_LETTERS = {"E": Level.EFFORT, "P": Level.PROJECT, "G": Level.GOAL, "T": Level.TASK}


def workspace_mark(session: Session) -> str | None:
    """The mark of this workspace, if any file ever left it."""
    found = session.scalar(sa.select(Setting.value).where(Setting.key == _SETTING))
    return str(found) if found else None


def ensure_workspace_mark(store: Store) -> str:
    """The mark of this workspace; made at the first export and never changed."""
    with store.read() as session:
        found = workspace_mark(session)
    if found is not None:
        return found
    mark = uuid4().hex[:8]
    try:
        with store.unit(SYSTEM) as session:
            session.add(Setting(key=_SETTING, value=mark))
    except sa.exc.IntegrityError:  # somebody else exported for the first time at the same instant
        with store.read() as session:
            return workspace_mark(session) or mark
    return mark


def key_of(level: Level, row: Any, mark: str) -> tuple[str, str]:
    """Source ("" for our own) and key of a stored row."""
    if row.external_id is None:
        return "", f"{level.value[0].upper()}{row.id}@{mark}"
    source = row.external_source or OWN
    return "" if source == OWN else source, row.external_id


def own_id(level: Level, key: str, mark: str | None) -> int | None:
    """The number of the row in this workspace that `key` names, if it names one of this workspace."""
    found = _OWN_KEY.fullmatch(key)
    if found is None or found[3] != mark or _LETTERS[found[1]] is not level:
        return None
    return int(found[2])
