"""The own form as JSON: `{"format": "orchflow plan", "records": [{"level": …, "key": …, …}]}`."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from orchflow.encoding import to_text
from orchflow.planning.exchange.own_table import flat, own_name, read_record
from orchflow.planning.exchange.records import Document, Record, unreadable
from orchflow.planning.exchange.spreadsheet import MOST_ROWS
from orchflow.progress import Progress, untold
from orchflow.table_files.write import TOLD_ROWS

FORMAT: Final = "orchflow plan"


def parse_json(text: str, filename: str) -> Any:
    """What a JSON file holds; UsageError when it is none."""
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise unreadable(filename, f"it is not JSON ({error})", "Export it again.") from None


def read_json(content: Any, filename: str) -> Document:
    """The records of a JSON file: our own, or a bare list of objects with the same fields."""
    records = content.get("records") if isinstance(content, dict) else content
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise unreadable(
            filename,
            "it holds no list of records",
            'Write it like {"records": [{"level": "task", "name": "…"}]}.',
        )
    if len(records) > MOST_ROWS:
        raise unreadable(filename, f"it has more than {MOST_ROWS:,} records", "Split it into several files.")
    document = Document("orchflow")
    unread: dict[str, None] = {}
    for number, fields in enumerate(records, start=1):
        unread |= dict.fromkeys(
            field
            for field, value in fields.items()
            if own_name(field) is None and value not in (None, "", [], {})
        )
        cells = {name: value for field, value in fields.items() if (name := own_name(field))}
        read_record(document, number, cells)
    document.unread = list(unread)
    return document


def write_json(document: Document, progress: Progress = untold) -> str:
    """The document as JSON, one record a line; `progress` hears how many are written."""
    of = len(document.records)
    lines = []
    for number, record in enumerate(document.records, 1):
        lines.append(to_text(_record(record), _number))
        if number % TOLD_ROWS == 0 or number == of:
            progress(number, of)
    records = ",\n".join(lines)
    return f'{{"format": {to_text(FORMAT)}, "version": 1, "records": [\n{records}\n]}}\n'


def _record(record: Record) -> dict[str, Any]:
    cells = flat(record)
    last = {"depends_on": record.depends_on, "history": record.history or None, "base": cells.get("base")}
    fields = {**{name: cell for name, cell in cells.items() if name not in last}, **record.values, **last}
    optional = ("key", "source", *last)
    return {name: value for name, value in fields.items() if value is not None or name not in optional}


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
