"""Write the past of a document's tasks, which happened before they came here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.records import FIELDS, Level, Record
from orchflow.planning.history import past_change, write_changes
from orchflow.planning.work.tasks import TASKS
from orchflow.planning.work.workflow import states_in
from orchflow.store.past import PastChange
from orchflow.store.written import Refused

_COLUMNS = {column: name for name, column in FIELDS[Level.TASK].items()}


def apply_history(work: Application, records: Sequence[Record]) -> None:
    """Write the past of stored tasks; an entry that cannot be read is left out, and that is said."""
    statuses = states_in(work.session)
    owners = {work.rows[record].id or 0: record for record in records if record.history}
    past = {task_id: list(_changes(work, record, statuses)) for task_id, record in owners.items()}
    _, left = write_changes(
        work.session, {task: changes for task, changes in past.items() if changes}, work.closed
    )
    for task_id, reason in dict.fromkeys(left):
        work.document.note(owners[task_id].row, "history", f"{reason}; left out")


def _changes(work: Application, record: Record, statuses: Mapping[str, Any]) -> Iterator[PastChange]:
    """The past of a record as the store writes it; a word that means nothing here is left out with a note."""
    before: dict[str, Any] = {}
    for number, entry in enumerate(record.history, start=1):
        field = str(entry.get("field") or "")
        name = _COLUMNS.get(field, field)  # a file may call a field as the store does
        try:
            if name in FIELDS[Level.TASK]:
                new = _understood(work, record, name, entry.get("new"))
                old = _understood_before(work, record, number, entry, name, before.get(name))
                before[name] = new
                entry = {**entry, "field": FIELDS[Level.TASK][name], "old": old, "new": new}
        except Refused as error:
            work.document.note(record.row, "history", f"entry {number}: {error}; left out")
            continue
        try:
            yield past_change(entry, work.actor, statuses)
        except Refused as error:
            work.document.refuse(
                record.row, "history", f"entry {number}: {error}; only this entry is left out"
            )


def _understood_before(
    work: Application, record: Record, number: int, entry: Mapping[str, Any], name: str, before: Any
) -> Any:
    """What a field was until an entry; where its word means nothing, what the entry before made it."""
    try:
        return _understood(work, record, name, entry.get("old"))
    except Refused as error:
        work.document.note(record.row, "history", f"entry {number}: before it, {error}; left out")
        return before


def _understood(work: Application, record: Record, name: str, written: Any) -> Any:
    """A value of the past; whom or what a name no longer leads to is empty."""
    column = FIELDS[Level.TASK][name]
    if written in (None, "", []):
        return None
    if TASKS.fields[column].target is not None:
        return work.values.quietly(record, {name: written}).get(column)
    return work.values.read(record, name, written)
