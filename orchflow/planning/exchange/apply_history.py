"""Write the past of a document's tasks, which happened before they came here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orchflow.errors import Invalid
from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.records import FIELDS, Level, Record
from orchflow.planning.history import record_past
from orchflow.planning.work.tasks import TASKS

_REFERENCES = {
    name: column for name, column in FIELDS[Level.TASK].items() if TASKS.fields[column].target is not None
}


def apply_history(work: Application, records: Sequence[Record]) -> None:
    """Write the past of stored tasks; one whose past cannot be read stays without it, and that is said."""
    owners = {work.rows[record].id or 0: record for record in records if record.history}
    past = {
        task_id: [_entry(work, record, entry) for entry in record.history]
        for task_id, record in owners.items()
    }
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


def _entry(work: Application, record: Record, entry: dict[str, Any]) -> dict[str, Any]:
    """An entry of a past with ids instead of names; what a name no longer leads to is empty."""
    name = str(entry.get("field") or "")
    if name not in _REFERENCES:
        return entry
    column = _REFERENCES[name]
    ids = {side: work.values.quietly(record, {name: entry.get(side)}).get(column) for side in ("old", "new")}
    return {**entry, "field": column, **ids}
