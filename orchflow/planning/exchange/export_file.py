"""Take the plan away as a file that can be edited and read back: CSV, Excel or JSON."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from orchflow.errors import OrchflowError, UsageError
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.exchange.identity import ensure_workspace_mark
from orchflow.planning.exchange.own_json import write_json
from orchflow.planning.exchange.own_table import columns_of, defused, rows_of
from orchflow.planning.exchange.plan_records import PlanRecords
from orchflow.planning.exchange.records import Document
from orchflow.planning.exchange.snapshot import Snapshot
from orchflow.store.engine import Store

EXCEL_TEXT: Final = 32_767
_WIDE = {"name": 48, "description": 60, "key": 16, "base": 10, "labels": 24}


def plan_document(
    store: Store,
    actor: Actor,
    *,
    projects: Collection[int] | None = None,
    with_history: bool = False,
) -> Document:
    """The plan, or some of its projects (ids), as records; with the past of its tasks when asked for."""
    actor.require(Permission.PLAN_VIEW)
    mark = ensure_workspace_mark(store)
    with store.read() as session:
        records = PlanRecords(Snapshot(session), mark)
        document = records.document(projects)
        if with_history:
            records.add_history(session, document)
    return document


def export_bytes(
    store: Store,
    actor: Actor,
    suffix: str,
    *,
    projects: Collection[int] | None = None,
    with_history: bool = False,
) -> bytes:
    """The plan as the bytes of a file; `suffix` is .csv, .xlsx or .json. UsageError for another one."""
    writer = FORMATS.get(suffix.lower())
    if writer is None:
        raise UsageError(
            f"The format {suffix or '(none)'} is not known", f"Use {', '.join(FORMATS)}, or a folder."
        )
    return writer(plan_document(store, actor, projects=projects, with_history=with_history))


def export_plan(
    store: Store,
    actor: Actor,
    out: Path,
    *,
    projects: Collection[int] | None = None,
    with_history: bool = False,
) -> int:
    """Write the plan to `out` in the format of its suffix; returns how many bytes. `out` appears when it is whole."""
    data = export_bytes(store, actor, out.suffix, projects=projects, with_history=with_history)
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(out)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise OrchflowError(
            f"{out} could not be written: {error.strerror or error}", "Choose a folder with room to write."
        ) from None
    return len(data)


def write_csv(document: Document) -> bytes:
    """UTF-8 with the mark by which Excel knows it; no text of it is a formula to a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns_of(document), restval="")
    writer.writeheader()
    for cells in rows_of(document):
        writer.writerow({name: _csv(name, value) for name, value in cells.items()})
    return text.getvalue().encode("utf-8-sig")


def _csv(name: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return format(value, "f")
        case datetime() | date():
            return value.isoformat()
        case str():
            return defused(value)
    return str(value)


def write_xlsx(document: Document) -> bytes:
    """One sheet with a frozen heading and filters; days and numbers are typed, everything else is text."""
    columns = columns_of(document)
    rows = list(rows_of(document))
    longest = max((len(cells.get("description") or "") for cells in rows), default=0)
    more = range(1, (longest - 1) // EXCEL_TEXT + 1) if longest > EXCEL_TEXT else range(0)
    heading = [*columns, *(f"description +{number}" for number in more)]
    if any(len(cells.get("history") or "") > EXCEL_TEXT for cells in rows):
        raise UsageError(
            "The past of a task does not fit into a cell of Excel", "Write .json or .csv instead."
        )
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet("Plan")
    bold = book.add_format({"bold": True})
    forms = {
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}),
    }
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(heading) - 1)
    for place, name in enumerate(heading):
        sheet.set_column(place, place, _WIDE.get(name, 12))
        sheet.write_string(0, place, name, bold)
    for number, cells in enumerate(rows, start=1):
        text = cells.get("description") or ""
        for part in more:
            cells[f"description +{part}"] = text[part * EXCEL_TEXT : (part + 1) * EXCEL_TEXT] or None
        for place, name in enumerate(heading):
            _cell(sheet, number, place, name, cells.get(name), forms)
    book.close()
    return out.getvalue()


def _cell(sheet: Any, row: int, place: int, name: str, value: Any, forms: dict[str, Any]) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, place, value)
        case datetime():
            bare = value.astimezone(UTC).replace(tzinfo=None)
            exact = bare.microsecond % 1_000 == 0
            if exact:
                sheet.write_datetime(row, place, bare, forms["moment"])
            else:
                sheet.write_string(row, place, value.isoformat())
        case date():
            sheet.write_datetime(row, place, value, forms["day"])
        case Decimal() | int() | float():
            sheet.write_number(row, place, float(value))
        case _:
            sheet.write_string(row, place, str(value)[:EXCEL_TEXT])


FORMATS: dict[str, Callable[[Document], bytes]] = {
    ".csv": write_csv,
    ".xlsx": write_xlsx,
    ".json": lambda document: write_json(document).encode(),
}
"""What the plan can be written as, by the suffix of the file."""
