"""Tables of any program: tasks by a mapping of their columns."""

from __future__ import annotations

from orchflow.planning.exchange.mappings import ColumnMapping
from orchflow.planning.exchange.own_table import read_record
from orchflow.planning.exchange.records import Document, Level, unreadable
from orchflow.planning.exchange.text_table import Table
from orchflow.planning.exchange.words import status_of
from orchflow.planning.tables import State

NO_SOURCE = "file"


def read_generic(table: Table, mapping: ColumnMapping, filename: str) -> Document:
    """The tasks of a table; UsageError when no column holds their names."""
    fields = [mapping.columns.get(column) for column in table.heading]
    if "name" not in fields:
        there = ", ".join(column for column in table.heading if column)
        raise unreadable(
            filename, "no column is known to hold the names of tasks",
            f"Say what the columns hold with a mapping; there are {there[:300]}.",
        )  # fmt: skip
    document = Document("table", mapping.source or NO_SOURCE, labels=table.labels(fields), foreign=True)
    document.unread = table.unread(fields)
    ours = {
        (name, word.casefold()): meaning
        for name, words in mapping.values.items()
        for word, meaning in words.items()
    }
    for number, cells in table.first_cells(fields):
        for name, cell in cells.items():
            if isinstance(cell, str):
                cells[name] = ours.get((name, cell.strip().casefold()), cell)
        status = cells.get("status")
        if isinstance(status, str) and (usual := status_of(status)):
            cells["status"] = usual
            if usual == State.BLOCKED and not cells.get("blocked_reason"):
                cells["blocked_reason"] = "Blocked where it was imported from"
        if mapping.project is not None and not cells.get("project") and not cells.get("parent"):
            cells["project"] = mapping.project
        read_record(document, number, {**cells, "level": Level.TASK.value})
    return document
