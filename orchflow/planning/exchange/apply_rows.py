"""Write the records of one level; tasks whose parents stand in the same file come after them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from orchflow.encoding import encode
from orchflow.planning.entities import ENTITIES
from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.records import Level, Record
from orchflow.planning.exchange.three_way import Merged
from orchflow.store.batch import Batch
from orchflow.store.edits import Edit, NewRow, Outcome

_LIFE = tuple(field.name for field in ENTITIES[Level.SPRINT].fields.values() if field.fixed)
"""What a file may say of a sprint that is new here, but not of one that is stored."""


def apply_level(work: Application, level: Level) -> list[Record]:
    """Write the records of a level, whose references are stored already; those that are rows now."""
    records = work.read(level)
    if level is Level.TASK:
        in_order = _parents_first(work, records)
        new = [record for record in records if record not in work.matched and record not in work.rows]
        _save(work, level, new)
        stored = [record for record in in_order if record in work.matched and _settle_parent(work, record)]
        records = new + stored  # a stored task may move below a new one
        _save(work, level, stored)
    else:
        _save(work, level, records)
    return [record for record in records if work.rows[record].id is not None]


def _parents_first(work: Application, records: Sequence[Record]) -> list[Record]:
    """The tasks, each after the one it will stand under; those that would stand under themselves are refused."""
    place: dict[Any, Any] = {work.matched[record]: record for record in records if record in work.matched}
    above: dict[Any, Any] = {
        place.get(task.id, task.id): place.get(task.parent_id, task.parent_id)
        for task in work.plan.rows[Level.TASK].values()
    }
    for record in records:
        parent = work.contents[record].get("parent_id", above.get(record))
        above[record] = place.get(parent, parent)
    while True:
        sorter = TopologicalSorter(
            {task: [] if parent is None else [parent] for task, parent in above.items()}
        )
        try:
            ordered = list(sorter.static_order())
        except CycleError as error:
            for record in _refuse_ring(work, records, error.args[1][:0:-1]):
                del above[record]
        else:
            return [task for task in ordered if task in work.contents and task not in work.rows]


def _refuse_ring(work: Application, records: Sequence[Record], ring: list[Any]) -> list[Record]:
    """Refuse what the file has put on a ring of tasks, each under the next; these records."""
    on_ring = [record for record in records if record in ring]
    start = ring.index(on_ring[0])
    tasks = work.plan.rows[Level.TASK]
    names = [
        task.name if isinstance(task, Record) else str(tasks[task].title)
        for task in (*ring[start:], *ring[: start + 1])
    ]
    moved = [record for record in on_ring if "parent_id" in work.contents[record]]
    for record in moved:
        work.document.refuse(record.row, "parent", f"would be under itself: {' → '.join(names)}")
        work.refused(record)
    return moved


def _settle_parent(work: Application, record: Record) -> bool:
    """Give a stored task the id of its parent, if that is a new one; whether it has become a row."""
    contents = work.contents[record]
    parent = contents.get("parent_id")
    if isinstance(parent, Record):
        contents["parent_id"] = work.rows[parent].id
        if contents["parent_id"] is None:
            work.document.refuse(record.row, "parent", f"row {parent.row}, its parent, was refused")
            work.refused(record)
            return False
    return True


def _save(work: Application, level: Level, records: Sequence[Record]) -> None:
    """Save new rows and what is to change of stored ones, and tell what became of each."""
    bases = work.bases(level, [record for record in records if record in work.matched])
    merges: dict[Record, Merged] = {}
    edits = []
    for record in records:
        if record in bases:
            _leave_life(work, record)
            merges[record] = work.merge(record, bases[record])
            row = work.stored(record)
            edits.append(Edit(row.id, row.version, merges[record].changes, str(id(record))))
        else:
            edits.append(Edit(None, None, _new_row(work, record), str(id(record))))
    outcomes: Iterable[Outcome[Any]] = Batch(ENTITIES[level], work.actor, edits, also=_LIFE).write(
        work.session
    )
    for record, outcome in zip(records, outcomes, strict=True):
        work.step()
        row = outcome.row
        if outcome.conflicts:
            work.late(record, outcome.conflicts)
        elif not outcome.stored or row is None:
            work.refuse(record, outcome.problems)
        else:
            work.names.add(record, row)
            if record in merges:
                work.edited(record, merges[record])
            else:
                _tell_created(work, record, row)


def _leave_life(work: Application, record: Record) -> None:
    """A stored sprint starts and closes by being started and closed, not by a file."""
    contents = work.contents[record]
    for column in _LIFE if record.level is Level.SPRINT else ():
        if column in contents:
            if encode(contents[column]) != encode(getattr(work.stored(record), column)):
                work.note(record, column, "changes by starting and closing the sprint; left out")
            del contents[column]


def _new_row(work: Application, record: Record) -> dict[str, Any]:
    """What a new row is made of: what the file says, and the key by which the next file finds it."""
    changes = dict(work.contents[record])
    if record.level is Level.SPRINT and work.number_taken(changes.get("team_id"), changes.get("number")):
        work.note(record, "number", "is another sprint here; it gets the next one")
        del changes["number"]
    if record.key and record.level is not Level.SPRINT:
        changes |= {"external_source": work.names.source(record), "external_id": record.key}
    parent = changes.get("parent_id")
    if parent is not None:
        changes.pop("project_id", None)  # it is where its parent is
        if isinstance(parent, Record):
            changes["parent_id"] = NewRow(str(id(parent)))
    return changes


def _tell_created(work: Application, record: Record, row: Any) -> None:
    contents = work.contents[record]
    if "parent_id" in contents:
        contents["parent_id"] = row.parent_id
    if record.level is Level.TASK and contents.get("project_id") not in (None, row.project_id):
        work.note(record, "project_id", "stands in the project of its parent")
    work.created(record, row.id)
