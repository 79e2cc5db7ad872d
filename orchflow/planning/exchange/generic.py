"""Tables of any program: tasks by a mapping of their columns."""

from __future__ import annotations

from typing import Any

from orchflow.planning.exchange.mappings import ColumnMapping
from orchflow.planning.exchange.own_table import read_record
from orchflow.planning.exchange.records import Document, Level, unreadable
from orchflow.planning.exchange.text_table import Table
from orchflow.planning.exchange.words import PRIORITIES, priority_of, status_of

NO_SOURCE = "file"


def read_generic(table: Table, mapping: ColumnMapping, filename: str, source: str | None) -> Document:
    """The tasks of a table; UsageError when no column holds their names."""
    places = {
        place: mapping.columns[column]
        for place, column in enumerate(table.heading)
        if column in mapping.columns
    }
    if "name" not in places.values():
        there = ", ".join(column for column in table.heading if column)
        raise unreadable(
            filename, "no column is known to hold the names of tasks",
            f"Say what the columns hold with a mapping; there are {there[:300]}.",
        )  # fmt: skip
    document = Document("table", source or mapping.source or NO_SOURCE, foreign=True)
    document.labels = {name: table.heading[place] for place, name in places.items()}
    for number, row in table.rows:
        cells: dict[str, Any] = {}
        for place, name in places.items():
            if name not in cells or cells[name] in (None, ""):
                cells[name] = row[place]
        for name, words in mapping.values.items():
            cell = cells.get(name)
            if isinstance(cell, str):
                known = {word.casefold(): ours for word, ours in words.items()}
                cells[name] = known.get(cell.strip().casefold(), cell)
        _translate(cells)
        if mapping.project is not None and cells.get("project") in (None, "") and not cells.get("parent"):
            cells["project"] = mapping.project
        if (record := read_record(document, number, {**cells, "level": Level.TASK.value})) is not None:
            document.records.append(record)
    return document


def _translate(cells: dict[str, Any]) -> None:
    """The usual words of other programs."""
    status = cells.get("status")
    if isinstance(status, str) and status.strip():
        cells["status"] = status_of(status) or status
        if cells["status"] == "blocked" and not cells.get("blocked_reason"):
            cells["blocked_reason"] = "Blocked where it was imported from"
    priority = cells.get("priority")
    if isinstance(priority, str) and priority.strip() and priority.strip().lower() not in PRIORITIES:
        cells["priority"] = priority_of(priority) or priority
