"""Unsaved edits on disk, so that a reload, a closed tab or a restart of the server does not lose them."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orchflow import clock
from orchflow.encoding import to_text

KEPT = timedelta(days=14)
_NAME = "{owner}-{sheet}-{tab}.json"


@dataclass(frozen=True)
class Draft:
    """What one person left unsaved in one browser tab."""

    tab: str
    kept_at: datetime
    count: int
    content: Mapping[str, Any]


class Drafts:
    """The drafts of one person for one sheet, in a folder of the workspace's data directory."""

    def __init__(self, folder: Path, owner: int | None, sheet: str) -> None:
        self._folder = folder
        self._owner = owner or 0
        self._sheet = sheet

    def keep(self, tab: str, content: Mapping[str, Any], count: int) -> None:
        """Keep `content` as the draft of `tab`, whole or not at all. A disk that is full keeps nothing."""
        written = to_text({"kept_at": clock.now(), "count": count, "content": content}, amount=float)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix="part-")
            draft = Path(name)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as out:
                    out.write(written)
                draft.replace(self._path(tab))
            finally:
                draft.unlink(missing_ok=True)
        except OSError:
            return

    def drop(self, tab: str) -> None:
        """Forget the draft of `tab`."""
        try:
            self._path(tab).unlink(missing_ok=True)
        except OSError:
            return

    def waiting(self, tab: str) -> list[Draft]:
        """The drafts of other tabs, newest first; ones older than two weeks are thrown away."""
        drafts = []
        for file in self._folder.glob(_NAME.format(owner=self._owner, sheet=self._sheet, tab="*")):
            other = file.stem.rsplit("-", 1)[-1]
            draft = _read(file, other)
            if draft is None or clock.now() - draft.kept_at > KEPT:
                self.drop(other)
            elif other != tab:
                drafts.append(draft)
        return sorted(drafts, key=lambda draft: draft.kept_at, reverse=True)

    def _path(self, tab: str) -> Path:
        return self._folder / _NAME.format(owner=self._owner, sheet=self._sheet, tab=tab)


def _read(file: Path, tab: str) -> Draft | None:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        at = datetime.fromisoformat(kept["kept_at"]).astimezone(UTC)
        return Draft(tab, at, int(kept["count"]), kept["content"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
