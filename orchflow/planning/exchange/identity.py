"""The keys by which files name rows: the one a row came with, or its number with the mark of its workspace."""

from __future__ import annotations

import re
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.planning.exchange.records import OWN, Level
from orchflow.store.tables import Setting

_SETTING: Final = "workspace.id"
_OWN_KEY = re.compile(r"([EPGT])([1-9]\d{0,17})@([0-9a-f]{8})")
_LETTERS = {"E": Level.EFFORT, "P": Level.PROJECT, "G": Level.GOAL, "T": Level.TASK}


def workspace_mark(session: Session) -> str:
    """The mark of this workspace, which it has from the start and which never changes."""
    return str(session.scalar(sa.select(Setting.value).where(Setting.key == _SETTING)))


def key_of(level: Level, row: Any, mark: str) -> tuple[str, str]:
    """Source and key of a stored row; one that came from nowhere has a key of its own."""
    if row.external_id is None:
        return OWN, f"{level.value[0].upper()}{row.id}@{mark}"
    return row.external_source or OWN, row.external_id


def own_id(level: Level, key: str, mark: str) -> int | None:
    """The id of the row in this workspace that `key` names, if it names one of this workspace."""
    match = _OWN_KEY.fullmatch(key)
    if match is None or match[3] != mark or _LETTERS[match[1]] is not level:
        return None
    return int(match[2])
