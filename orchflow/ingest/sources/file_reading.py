"""One reading of one file of usage: which of its columns is which, and its rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchflow.config.settings import WorkspaceSettings
from orchflow.config.sources import UsageFileSettings
from orchflow.errors import SourceError
from orchflow.ingest.sources.identity import Identity, identity_of
from orchflow.ingest.sources.opened import FAULT, LINE, Begun, LastLine, OpenFile
from orchflow.ingest.sources.row_values import Rows, RowValues
from orchflow.ingest.sources.rows_told import rows_told
from orchflow.ingest.sources.usage_columns import chosen_columns, listed
from orchflow.ingest.sources.usage_values import completed
from orchflow.ingest.sources.values_query import KEY


class FileReading:
    """The rows of a file as its source's settings read them, told apart by `told_apart_by` (None: as the settings say).

    SourceError when the file lacks a column that it must have; close it after the file.
    """

    def __init__(
        self, file: Path, opened: OpenFile, settings: UsageFileSettings, workspace: WorkspaceSettings, *, told_apart_by: Identity | None = None
    ) -> None:  # fmt: skip
        self.file = file
        self._opened = opened
        self._settings = settings
        self._workspace = workspace
        self.chosen = chosen_columns(file, opened.columns, settings)
        self.identity = told_apart_by or identity_of(settings, workspace, self.chosen)
        self._keys = self._key_columns()
        self._values = RowValues(settings, workspace, self.identity)
        self._values.find_marks(opened, self.chosen)
        self._values.find_orders(opened, self.chosen)

    def close(self) -> None:
        """Forget the rows."""
        self._values.close()

    def notes(self) -> list[str]:
        """How the file is read, where that is not as one would expect; units of time are known once rows were read."""
        return [*self._opened.notes, *self._values.reading.notes()]

    def money(self) -> str:
        """In words, in which currency its amounts are; empty where it has none."""
        own, general = self._settings.currency, self._workspace.currency
        if "cost" not in self.chosen:
            return ""
        if "currency" in self.chosen:
            return f"amounts are in the currency that {self.chosen['currency']!r} names, else in {own or general}"
        if own:
            return f"amounts are in {own}, as the source's currency says"
        return f"amounts are taken in as {general}, the workspace's currency, as nothing names another (set currency)"

    def last_line(self) -> LastLine | None:
        """See `OpenFile`."""
        return self._opened.last_line

    def longer(self, begun: Begun) -> set[tuple[str, str]]:
        """See `OpenFile`."""
        return self._opened.longer(begun)

    def rows(self) -> Iterator[Rows]:
        """Yield the rows in chunks, in order; may be called again."""
        self._values.begin()
        chosen = {
            ours: theirs
            for ours, theirs in self.chosen.items()
            if ours != "event_id" or self.identity.by == "event_id"
        }
        needed = dict.fromkeys([*chosen.values(), *self._keys])
        for table in self._opened.tables(list(needed)):
            table = rows_told(table)
            columns: dict[str, Any] = {ours: table.column(theirs) for ours, theirs in chosen.items()}
            usage = completed(pa.table(columns), self._settings, own_ids="event_id" in self.chosen)
            for number, theirs in enumerate(self._keys):
                usage = usage.append_column(f"{KEY}{number}", table.column(theirs))
            for name in (LINE, FAULT):
                usage = usage.append_column(name, table.column(name))
            rows = self._values.read(usage)
            if rows.sound.num_rows or rows.faulty.num_rows:
                yield rows

    def _key_columns(self) -> list[str]:
        if self.identity.by != "key":
            missing = set(self.identity.columns) - self.chosen.keys()
            if missing:
                raise SourceError(f"{self.file} lacks {', '.join(sorted(missing))}", "")
            return []
        named = [
            self.chosen.get(name, name) if name not in self._opened.columns else name
            for name in self.identity.columns
        ]
        missing = {name for name in named if name not in self._opened.columns}
        if missing:
            raise SourceError(
                f"{self.file} lacks {', '.join(sorted(missing))}, which sources.{self._settings.name}.key names; "
                f"its columns are {listed(self._opened.columns)}",
                f"Correct sources.{self._settings.name}.key.",
            )
        return named
