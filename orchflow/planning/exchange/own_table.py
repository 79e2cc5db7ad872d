"""The own form as a table: one row per effort, project, goal, sprint and task, told apart by `level`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pyarrow as pa

from orchflow.encoding import to_text
from orchflow.errors import UsageError
from orchflow.planning.exchange import predecessors
from orchflow.planning.exchange.records import (
    COLUMNS,
    FIELDS,
    KINDS,
    OWN,
    Base,
    Document,
    Level,
    Predecessor,
    Record,
)
from orchflow.planning.exchange.text_table import Table
from orchflow.store.reading import as_text
from orchflow.store.written import Refused
from orchflow.table_files.formulas import unescape

ALIASES = {
    "type": "level", "kind": "level", "external_id": "key", "external_source": "source", "title": "name",
    "end": "due", "due_date": "due", "start_date": "start", "target_start": "start", "target_end": "due",
    "estimate": "estimated_hours", "parent_key": "parent", "dependencies": "depends_on",
}  # fmt: skip
"""Other names under which the columns are known, those of the API among them."""

_BASE = re.compile(r"v(\d+)@([0-9a-f]{8})\.([0-9a-f]{6})(?:\s+(.*))?", re.DOTALL)
_TASKS = frozenset(
    [
        "subtask",
        "sub-task",
        "milestone",
        "issue",
        "bug",
        "story",
        "user-story",
        "feature",
        "improvement",
        "spike",
        "chore",
        "todo",
        "card",
    ]
)
"""What other programs call the kinds of tasks."""
_MORE = re.compile(r"description \+\d+", re.IGNORECASE)
_APART = frozenset({"level", "key", "source", "depends_on", "history", "base"})


def own_name(heading: str) -> str | None:
    """The field that a column of the own form holds."""
    plain = "_".join(heading.strip().lower().replace("-", " ").split())
    plain = ALIASES.get(plain, plain)
    return plain if plain in COLUMNS else None


def is_own(table: Table) -> bool:
    """Whether a table is in the own form: it says what each row is, or every column is one of ours."""
    names = [own_name(column) for column in table.heading if column]
    return says_levels(table) or ("name" in names and None not in names)


def says_levels(table: Table) -> bool:
    """Whether a table says what each of its rows is, as only the own form does: not in a column of types of issues."""
    names = [own_name(column) for column in table.heading]
    if not {"name", "level"} <= set(names):
        return False
    at = names.index("level")
    above = {level.value for level in Level} - {Level.TASK.value}
    return table.heading[at].strip().lower() == "level" or any(
        (_word(row[at]) or "").lower() in above for _, row in table.rows
    )


def read_table(table: Table) -> Document:
    """The records of a table in the own form."""
    fields = [own_name(column) for column in table.heading]
    document = Document("orchflow", labels=table.labels(fields))
    document.unread = [column for column in table.unread(fields) if not _MORE.fullmatch(column)]
    for column, first in table.namesakes(fields):
        document.note(
            table.top, column, f"is read only in rows where {first} is empty: both are the same field"
        )
    more = [place for place, column in enumerate(table.heading) if _MORE.fullmatch(column)]
    rows = dict(table.rows)
    for number, cells in table.first_cells(fields):
        if not table.excel:
            cells = {name: unescape(cell) if isinstance(cell, str) else cell for name, cell in cells.items()}
        if isinstance(cells.get("description"), str):
            parts = (rows[number][place] for place in more)
            cells["description"] += "".join(str(part) for part in parts if part is not None)
        read_record(document, number, cells)
    return document


def read_record(document: Document, row: int | str, cells: Mapping[str, Any]) -> None:
    """Add the record of one row (field → cell) to the document, or the reason why it cannot be told what it is."""
    level = _level(document, row, cells)
    if level is None:
        return None
    values = {
        name: cell
        for name, cell in cells.items()
        if name not in _APART and (name in FIELDS[level] or cell not in (None, ""))
    }
    record = Record(level, row, values, _word(cells.get("key")), _word(cells.get("source")))
    for name, place in (("key", 200), ("source", 64)):
        if len(getattr(record, name) or "") > place:
            return document.refuse(row, name, f"is longer than {place} characters")
    name = "depends_on"
    try:
        if name in cells and level is Level.TASK:
            record.depends_on = _predecessors(cells[name])
        name = "history"
        record.history = read_history(cells.get(name))
    except Refused as error:
        return document.refuse(row, name, str(error))
    record.base = _base(cells.get("base"))
    document.records.append(record)
    return None


def _level(document: Document, row: int | str, cells: Mapping[str, Any]) -> Level | None:
    word = (_word(cells.get("level")) or "task").lower()
    word = "task" if word in _TASKS else word
    if word not in list(Level):
        document.refuse(row, "level", f"{word[:40]!r} is not one of {', '.join(Level)}")
        return None
    return Level(word)


def _word(cell: Any) -> str | None:
    return None if cell is None else " ".join(as_text(cell).split()) or None


def _predecessors(cell: Any) -> list[Predecessor]:
    if isinstance(cell, list):
        return [
            Predecessor(str(item.get("task", "")), str(item.get("kind", "fs")), item.get("lag_days") or 0)
            if isinstance(item, Mapping)
            else Predecessor(str(item))
            for item in cell
        ]
    return predecessors.parse_cell(_word(cell) or "")


def _base(cell: Any) -> Base | None:
    match = _BASE.fullmatch(str(cell or "").strip())
    if match is None:
        return None
    try:
        waits_for = tuple(predecessors.parse_cell(match[4] or ""))
    except Refused:
        return None
    return Base(match[2], match[3], int(match[1]), waits_for)


def read_history(cell: Any) -> list[dict[str, Any]]:
    """The past of a task as a cell holds it: a list of entries, or that as JSON. Refused says what is odd."""
    if isinstance(cell, str) and cell.strip():
        try:
            cell = json.loads(cell)
        except ValueError:
            raise Refused("is not JSON: a list of {occurred_at, field, old, new, by}") from None
    if cell in (None, "", []):
        return []
    if not isinstance(cell, list) or not all(isinstance(entry, dict) for entry in cell):
        raise Refused("must be a list of {occurred_at, field, old, new, by}")
    return list(cell)


def flat(record: Record) -> dict[str, Any]:
    """The cells of a record as they are: dates, numbers and flags typed, the rest text."""
    cells: dict[str, Any] = {"level": record.level.value, "key": record.key}
    cells["source"] = None if record.source in (None, OWN) else record.source
    for name, value in record.values.items():
        cells[name] = _flat(value)
    if record.depends_on:
        cells["depends_on"] = predecessors.format_cell(record.depends_on)
    if record.history:
        cells["history"] = to_text(record.history)
    if record.base is not None and record.base.version is not None:
        waits_for = f" {predecessors.format_cell(record.base.depends_on)}" if record.base.depends_on else ""
        cells["base"] = f"v{record.base.version}@{record.base.workspace}.{record.base.export}{waits_for}"
    return cells


def _flat(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case list():
            return ", ".join(map(str, value)) or None
        case dict():
            return "; ".join(f"{name}: {days:g}" for name, days in value.items()) or None
        case Decimal():
            return Decimal(format(value.normalize(), "f"))
        case "":
            return None
    return value


def rows_of(document: Document) -> Iterator[dict[str, Any]]:
    """The cells of each record."""
    return (flat(record) for record in document.records)


def as_table(document: Document, longest_text: int | None = None) -> pa.Table:
    """The document as a table: days, instants, numbers and flags typed, everything else text.

    The history is a column only where there is one. A description longer than `longest_text` goes on in columns of its
    own; UsageError for another text that is.
    """
    rows = list(rows_of(document))
    columns: dict[str, pa.Array[Any]] = {}
    for name in COLUMNS:
        cells = [row.get(name) for row in rows]
        if name == "history" and not any(cells):
            continue
        parts = [cells] if longest_text is None else _parts(name, cells, longest_text)
        for number, part in enumerate(parts):
            columns[f"{name} +{number}" if number else name] = _column(name, part)
    return pa.table(columns)


def _parts(name: str, cells: list[Any], longest: int) -> list[list[Any]]:
    most = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
    if most > longest and name != "description":
        raise UsageError(
            f"A {name} of {most:,} characters does not fit into a cell of Excel",
            "Write .json or .csv instead.",
        )
    return [
        [cell[start : start + longest] or None if isinstance(cell, str) else cell for cell in cells]
        for start in range(0, max(most, 1), longest)
    ]


def _column(name: str, cells: list[Any]) -> pa.Array[Any]:
    """A typed column; instants finer than a spreadsheet's stay text, so that they come back as they were."""
    if KINDS.get(name) == {"day"}:
        return pa.array(cells, pa.date32())
    if KINDS.get(name) == {"flag"}:
        return pa.array(cells, pa.bool_())
    if KINDS.get(name, {"text"}) <= {"number", "whole"}:
        return pa.array(cells, None if any(cell is not None for cell in cells) else pa.string())
    if KINDS.get(name) == {"instant"} and not any(cell and cell.microsecond % 1_000 for cell in cells):
        return pa.array(cells, pa.timestamp("ms", "UTC"))
    texts = [cell.isoformat() if isinstance(cell, datetime) else cell for cell in cells]
    return pa.array([None if text is None else str(text) for text in texts], pa.string())
