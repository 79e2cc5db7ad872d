"""Write the records of one level; tasks whose parents stand in the same file come after them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeAlias

from orchflow.encoding import encode
from orchflow.planning.entities import ENTITIES
from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.records import Level, Record
from orchflow.planning.exchange.three_way import Merged
from orchflow.store.batch import Batch
from orchflow.store.edits import Edit, NewRow, Outcome

Given: TypeAlias = dict[Record, dict[str, Any]]
"""Record → column → what it says, as the store holds it."""

_LIFE = tuple(field.name for field in ENTITIES[Level.SPRINT].fields.values() if field.fixed)
"""What a file may say of a sprint that is new here, but not of one that is stored."""


def apply_level(work: Application, level: Level) -> list[Record]:
    """Write the records of a level, whose references are stored already; those that are rows now."""
    given: Given = {}
    for record in work.match(level):
        values = work.values.of(record)
        if values is None:
            work.refused(record)
        else:
            given[record] = values
    if level is Level.TASK:
        in_order = _parents_first(work, given)
        new = [record for record in given if record not in work.matched and record not in work.rows]
        _save(work, level, given, new)
        stored = [record for record in in_order if record in work.matched and _settled(work, record, given)]
        records = new + stored  # a stored task may move below a new one
        _save(work, level, given, stored)
    else:
        records = list(given)
        _save(work, level, given, records)
    return [record for record in records if work.rows[record].id is not None]


def _parents_first(work: Application, given: Given) -> list[Record]:
    """The tasks, each after the one it will stand under; those that would stand under themselves are refused."""
    records: dict[Any, Any] = {work.matched[record]: record for record in given if record in work.matched}
    above: dict[Any, Any] = {
        records.get(task.id, task.id): records.get(task.parent_id, task.parent_id)
        for task in work.plan.rows[Level.TASK].values()
    }
    for record, values in given.items():
        parent = values.get("parent_id", above.get(record))
        above[record] = records.get(parent, parent)
    while True:
        sorter = TopologicalSorter(
            {task: [] if parent is None else [parent] for task, parent in above.items()}
        )
        try:
            return [task for task in sorter.static_order() if task in given and task not in work.rows]
        except CycleError as error:
            for record in _refuse_ring(work, given, error.args[1][:0:-1]):
                del above[record]


def _refuse_ring(work: Application, given: Given, ring: list[Any]) -> list[Record]:
    """Refuse what the file has put on a ring of tasks, each under the next; these records."""
    on_ring = [record for record in given if record in ring]
    start = ring.index(on_ring[0])
    tasks = work.plan.rows[Level.TASK]
    names = [
        task.name if isinstance(task, Record) else str(tasks[task].title)
        for task in (*ring[start:], *ring[: start + 1])
    ]
    moved = [record for record in on_ring if "parent_id" in given[record]]
    for record in moved:
        work.document.refuse(record.row, "parent", f"would be under itself: {' → '.join(names)}")
        work.refused(record)
    return moved


def _settled(work: Application, record: Record, given: Given) -> bool:
    """Whether the parent of a stored task is stored too; it is now known by its id."""
    parent = given[record].get("parent_id")
    if isinstance(parent, Record):
        row = work.rows[parent]
        if row.id is None:
            work.document.refuse(record.row, "parent", f"row {parent.row}, its parent, was refused")
            work.refused(record)
            return False
        given[record]["parent_id"] = row.id
    return True


def _save(work: Application, level: Level, given: Given, records: Sequence[Record]) -> None:
    """Save new rows and what is to change of stored ones, and tell what became of each."""
    bases = work.bases([record for record in records if record in work.matched])
    merges: dict[Record, Merged] = {}
    edits = []
    for record in records:
        if record in bases:
            _leave_life(work, record, given[record])
            merges[record] = work.merge(record, given[record], bases[record])
            row = work.stored(record)
            edits.append(Edit(row.id, row.version, merges[record].changes, str(id(record))))
        else:
            edits.append(Edit(None, None, _new_row(work, record, given[record]), str(id(record))))
    outcomes: Iterable[Outcome[Any]] = Batch(ENTITIES[level], work.actor, edits, also=_LIFE).write(
        work.session
    )
    for record, outcome in zip(records, outcomes, strict=True):
        row = outcome.row
        if outcome.conflicts:
            work.late(record, outcome.conflicts)
        elif not outcome.stored or row is None:
            work.refuse(record, outcome.problems)
        else:
            work.names.add(record, row)
            if record in merges:
                work.edited(record, merges[record], given[record])
            else:
                _tell_created(work, record, row, given[record])


def _leave_life(work: Application, record: Record, values: dict[str, Any]) -> None:
    """A stored sprint starts and closes by being started and closed, not by a file."""
    for column in _LIFE if record.level is Level.SPRINT else ():
        if column in values:
            if encode(values[column]) != encode(getattr(work.stored(record), column)):
                work.note(record, column, "changes by starting and closing the sprint; left out")
            del values[column]


def _new_row(work: Application, record: Record, values: dict[str, Any]) -> dict[str, Any]:
    """What a new row is made of: what the file says, and the key by which the next file finds it."""
    changes = dict(values)
    if record.key and record.level is not Level.SPRINT:
        changes |= {"external_source": work.names.source(record), "external_id": record.key}
    parent = changes.get("parent_id")
    if parent is not None:
        changes.pop("project_id", None)  # it is where its parent is
        if isinstance(parent, Record):
            changes["parent_id"] = NewRow(str(id(parent)))
    return changes


def _tell_created(work: Application, record: Record, row: Any, values: dict[str, Any]) -> None:
    if "parent_id" in values:
        values["parent_id"] = row.parent_id
    if record.level is Level.TASK and values.get("project_id") not in (None, row.project_id):
        work.note(record, "project_id", "stands in the project of its parent")
    work.created(record, row.id, values)
