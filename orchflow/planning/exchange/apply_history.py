"""Write the past of a document's tasks, which happened before they came here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from orchflow.errors import Invalid
from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.records import FIELDS, Level, Record
from orchflow.planning.history import record_past
from orchflow.planning.work.tasks import TASKS
from orchflow.store.written import Refused

_COLUMNS = {column: name for name, column in FIELDS[Level.TASK].items()}


def apply_history(work: Application, records: Sequence[Record]) -> None:
    """Write the past of stored tasks; one whose past cannot be read stays without it, and that is said."""
    owners = {work.rows[record].id or 0: record for record in records if record.history}
    past = {task_id: list(_entries(work, record)) for task_id, record in owners.items()}
    while past:
        try:
            record_past(work.session, work.actor, past)
            return
        except Invalid as error:
            if not past.keys() & {problem.row for problem in error.problems}:
                raise
            for problem in error.problems:
                if isinstance(problem.row, int) and problem.row in owners:
                    work.document.refuse(owners[problem.row].row, "history", problem.message)
                    past.pop(problem.row, None)


def _entries(work: Application, record: Record) -> Iterator[dict[str, Any]]:
    """The past of a record as the store writes it; an entry whose words mean nothing here is left out, and named."""
    for number, entry in enumerate(record.history, start=1):
        field = str(entry.get("field") or "")
        name = _COLUMNS.get(field, field)  # a file may call a field as the store does
        if name not in FIELDS[Level.TASK]:
            yield entry
            continue
        try:
            sides = {side: _understood(work, record, name, entry.get(side)) for side in ("old", "new")}
        except Refused as error:
            work.document.note(record.row, "history", f"entry {number}: {error}; left out")
            continue
        yield {**entry, "field": FIELDS[Level.TASK][name], **sides}


def _understood(work: Application, record: Record, name: str, written: Any) -> Any:
    """A value of the past; whom or what a name no longer leads to is empty."""
    column = FIELDS[Level.TASK][name]
    if written in (None, "", []):
        return None
    if TASKS.fields[column].target is not None:
        return work.values.quietly(record, {name: written}).get(column)
    return work.values.read(record, name, written)
