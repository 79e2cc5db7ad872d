"""Write the tasks of a document: parents in any order, knots refused with their path named."""

from __future__ import annotations

from typing import Any

from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.records import Level, Record
from orchflow.planning.exchange.three_way import Merged
from orchflow.planning.exchange.tree import Parents, refuse_knots, steps_below
from orchflow.planning.work.tasks import TASKS
from orchflow.store.batch import Batch
from orchflow.store.edits import Edit, NewRow, Outcome
from orchflow.store.written import Refused

_PARENT = frozenset({"parent"})


def apply_tasks(done: Application) -> list[Record]:
    """Write the document's tasks; the records that are stored now."""
    records = done.match(Level.TASK)
    parents = _parents(done, records)
    records = refuse_knots(done, records, parents)
    new = [record for record in records if id(record) not in done.matched]
    stored_now = _create(done, new, parents)
    matched = [record for record in records if id(record) in done.matched]
    stored_now += _update(done, matched, parents)
    return stored_now


def _parents(done: Application, records: list[Record]) -> Parents:
    """id(record) → the record or stored task it stands under; only for records that say so."""
    coming = {(done.names.source(record), record.key): record for record in records if record.key}
    found: Parents = {}
    for record in records:
        if "parent" not in record.values:
            continue
        name = str(record.values["parent"] or "").strip()
        if not name:
            found[id(record)] = None
            continue
        named = coming.get((done.names.source(record), name))
        if named is None and ":" in name:
            source, _, key = name.partition(":")
            named = coming.get((source, key))
        if named is not None:
            found[id(record)] = done.matched.get(id(named), named)
            continue
        try:
            found[id(record)] = done.names.meant(record, "parent", name)
        except Refused as error:
            done.document.refuse(record.row, "parent", str(error))
            done.refused(record)
    return found


def _create(done: Application, records: list[Record], parents: Parents) -> list[Record]:
    edits: list[Edit] = []
    batch: list[tuple[Record, dict[str, Any]]] = []
    for record in records:
        if id(record) in done.rows:
            continue
        given = done.values.of(record, record.values, skip=_PARENT)
        if given is None:
            done.refused(record)
            continue
        changes: dict[str, Any] = {**given, **done.identity(record)}
        parent = parents.get(id(record))
        if parent is not None:
            changes["parent_id"] = NewRow(str(id(parent))) if isinstance(parent, Record) else parent
            changes.pop("project_id", None)  # it is where its parent is
        edits.append(Edit(None, None, changes, str(id(record))))
        batch.append((record, given))
    outcomes = Batch(TASKS, done.actor, edits).write(done.session) if edits else ()
    made = []
    for (record, given), outcome in zip(batch, outcomes, strict=True):
        if outcome.row is None or not outcome.stored:
            done.refuse(record, outcome.problems)
            continue
        done.names.add(record, outcome.row.id)
        if id(record) in parents:
            given["parent_id"] = outcome.row.parent_id
        if given.get("project_id") not in (None, outcome.row.project_id):
            done.note(record, "project_id", "stands in the project of its parent")
        done.created(record, outcome.row.id, given)
        made.append(record)
    return made


def _update(done: Application, records: list[Record], parents: Parents) -> list[Record]:
    records = [record for record in records if id(record) not in done.rows]
    if not records:
        return []
    bases = done.bases(records)
    edits: list[Edit] = []
    batch: list[tuple[Record, dict[str, Any], Merged]] = []
    for record in steps_below(done, records, parents):
        given = done.values.of(record, record.values, skip=_PARENT)
        if given is None or not _under(done, record, parents, given):
            done.refused(record)
            continue
        merged = done.merge(record, given, bases[id(record)])
        row = done.stored(record)
        edits.append(Edit(row.id, row.version, merged.changes, str(id(record))))
        batch.append((record, given, merged))
    outcomes = Batch(TASKS, done.actor, edits).write(done.session) if edits else ()
    for (record, given, merged), outcome in zip(batch, outcomes, strict=True):
        _tell(done, record, given, merged, outcome)
    return [record for record, _, _ in batch if done.rows[id(record)].id is not None]


def _under(done: Application, record: Record, parents: Parents, given: dict[str, Any]) -> bool:
    """Put the parent among the values; whether there is one to put."""
    if id(record) not in parents:
        return True
    parent = parents[id(record)]
    if isinstance(parent, Record):
        made = done.rows.get(id(parent))
        if made is None or made.id is None:
            done.document.refuse(record.row, "parent", f"row {parent.row}, its parent, was refused")
            return False
        parent = made.id
    given["parent_id"] = parent
    return True


def _tell(
    done: Application, record: Record, given: dict[str, Any], merged: Merged, outcome: Outcome[Any]
) -> None:
    if outcome.stored:
        done.edited(record, merged, given)
    elif outcome.conflicts:
        done.late(record, outcome.conflicts)
    else:
        done.refuse(record, outcome.problems)
