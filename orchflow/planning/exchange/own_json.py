"""The own form as JSON: `{"format": "orchflow plan", "records": [{"level": …, "key": …, …}]}`."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from orchflow.encoding import to_text
from orchflow.planning.exchange.own_table import flat, own_name, read_record
from orchflow.planning.exchange.records import OWN, Document, Record, unreadable
from orchflow.planning.exchange.spreadsheet import MOST_ROWS

FORMAT: Final = "orchflow plan"


def read_json(text: str, filename: str) -> Document:
    """The records of a JSON file: our own, or a bare list of objects with the same fields."""
    try:
        content = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise unreadable(filename, f"it is not JSON ({error})", "Export it again.") from None
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
    unknown: set[str] = set()
    for number, fields in enumerate(records, start=1):
        for field in fields.keys() - unknown:
            if own_name(field) is None:
                unknown.add(field)
                document.note(number, field, "is no field of a plan; it is not read")
        cells = {name: value for field, value in fields.items() if (name := own_name(field))}
        read_record(document, number, cells)
    return document


def write_json(document: Document) -> str:
    """The document as JSON, one record a line."""
    lines = ",\n".join(to_text(_record(record), _number) for record in document.records)
    return f'{{"format": {to_text(FORMAT)}, "version": 1, "records": [\n{lines}\n]}}\n'


def _record(record: Record) -> dict[str, Any]:
    fields: dict[str, Any] = {"level": record.level.value}
    if record.key is not None:
        fields["key"] = record.key
    if record.source not in (None, OWN):
        fields["source"] = record.source
    fields |= record.values
    if record.depends_on is not None:
        fields["depends_on"] = [
            {"task": predecessor.task, "kind": predecessor.kind, "lag_days": predecessor.lag_days}
            for predecessor in record.depends_on
        ]
    if record.history:
        fields["history"] = record.history
    if base := flat(record).get("base"):
        fields["base"] = base
    return fields


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
