"""Write the dependencies and the past of a document's tasks."""

from __future__ import annotations

from typing import Any

from orchflow.errors import Invalid
from orchflow.planning.cycles import cycle
from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.plan_records import PAST_REFERENCES
from orchflow.planning.exchange.records import Level, Predecessor, Record
from orchflow.planning.exchange.report import FieldChange
from orchflow.planning.history import record_past
from orchflow.planning.tables import Dependency, DependencyKind
from orchflow.planning.work.dependencies import DEPENDENCIES, waits_of
from orchflow.store import locks
from orchflow.store.merge import lock_rows
from orchflow.store.written import Refused

_STATE = "depends_on"
_COLUMNS = {name: column for column, name in PAST_REFERENCES.items()}


def apply_predecessors(done: Application, records: list[Record]) -> None:
    """Let the tasks wait as the file says: what was added or removed there since both agreed is added or removed here."""
    dependent = [record for record in records if record.depends_on is not None]
    if not dependent:
        return
    locks.take(done.session, DEPENDENCIES.lock)
    waits = waits_of(done.session)
    for record in dependent:
        _apply(done, record, waits)
    done.session.flush()


def _apply(done: Application, record: Record, waits: dict[int, list[int]]) -> None:
    task_id = done.rows[id(record)].id
    assert task_id is not None
    wanted = _ids(done, record, record.depends_on or [], task_id)
    stored = done.plan.predecessors.get(task_id, {})
    base = _base(done, record, task_id)
    added = []
    for other, predecessor in wanted.items():
        if other in stored:
            _alter(done, record, stored[other].id, predecessor, base.get(other))
        elif other in base and done.take != "file":
            continue  # removed here since
        elif ring := cycle(waits, task_id, other):
            names = [_title(done, number) for number in [*ring, task_id]]
            done.document.refuse(record.row, _STATE, f"would wait for itself: {' → '.join(names)}")
        else:
            kind = DependencyKind(predecessor.kind)
            done.session.add(
                Dependency(task_id=task_id, depends_on_id=other, kind=kind, lag_days=predecessor.lag_days)
            )
            waits.setdefault(task_id, []).append(other)
            added.append(predecessor)
    gone = [predecessor.id for other, predecessor in stored.items() if other in base and other not in wanted]
    for row in lock_rows(done.session, Dependency, gone).values():
        waits[task_id].remove(row.depends_on_id)
        done.session.delete(row)
    if added or gone:
        old = [_title(done, other) for other in stored]
        new = list(waits.get(task_id, ()))
        done.add_change(
            record,
            FieldChange(
                done.document.label(_STATE),
                "; ".join(old) or None,
                "; ".join(_title(done, n) for n in new) or None,
            ),
        )
    if not (record.base and record.base.values is not None):
        predecessors = [
            [other, predecessor.kind, predecessor.lag_days] for other, predecessor in wanted.items()
        ]
        if predecessors or base:
            done.states[Level.TASK].remember(task_id, done.origin(record), {_STATE: predecessors})


def _alter(
    done: Application,
    record: Record,
    dependency_id: int,
    predecessor: Predecessor,
    base: tuple[str, int] | None,
) -> None:
    """Another kind or lag of a dependency that both sides have."""
    row = lock_rows(done.session, Dependency, [dependency_id]).get(dependency_id)
    if row is None:
        return
    now, wanted = (row.kind.value, row.lag_days), (predecessor.kind, predecessor.lag_days)
    if wanted in (now, base):
        return
    if base == now or done.take == "file":
        row.kind, row.lag_days = DependencyKind(predecessor.kind), predecessor.lag_days
        shown = [
            f"{title} ({kind}{lag:+d})"
            for title, (kind, lag) in ((predecessor.task, now), (predecessor.task, wanted))
        ]
        done.add_change(record, FieldChange(done.document.label(_STATE), *shown))
    else:
        done.note(record, _STATE, f"{predecessor.task} depends by {now[0]}{now[1]:+d} here; left as it is")


def _ids(
    done: Application, record: Record, predecessors: list[Predecessor], task_id: int | None
) -> dict[int, Predecessor]:
    """The tasks that predecessors mean; those that mean none are noted."""
    found: dict[int, Predecessor] = {}
    for predecessor in predecessors:
        try:
            other = done.names.meant(record, "parent", predecessor.task)
            DEPENDENCIES.fields["lag_days"].value(predecessor.lag_days)
            DEPENDENCIES.fields["kind"].value(predecessor.kind)
        except Refused as error:
            if task_id is not None:
                done.document.refuse(record.row, _STATE, str(error))
            continue
        if other == task_id:
            done.document.refuse(record.row, _STATE, f"would wait for itself: {predecessor.task}")
        else:
            found[other] = predecessor
    return found


def _base(done: Application, record: Record, task_id: int) -> dict[int, tuple[str, int]]:
    """The predecessors on which file and plan last agreed: task → kind and lag."""
    given = done.states[Level.TASK].given(task_id, done.origin(record))
    if _STATE in given:
        return {other: (kind, lag) for other, kind, lag in given[_STATE]}
    if record.base is None or record.base.workspace != done.plan.mark:
        return {}
    found = _ids(done, record, list(record.base.depends_on), None)
    return {other: (predecessor.kind, predecessor.lag_days) for other, predecessor in found.items()}


def _title(done: Application, task_id: int) -> str:
    stored = done.plan.by_level[Level.TASK].get(task_id)
    if stored is not None:
        return str(stored.title)
    return next((row.name for row in done.rows.values() if row.id == task_id), str(task_id))


def apply_history(done: Application, records: list[Record]) -> None:
    """Write the tasks' past; a task whose past cannot be read is stored without it, and that is said."""
    past: dict[int, list[dict[str, Any]]] = {}
    owner: dict[int, Record] = {}
    for record in records:
        task_id = done.rows[id(record)].id
        if record.history and task_id is not None:
            past[task_id] = [_entry(done, record, entry) for entry in record.history]
            owner[task_id] = record
    while past:
        try:
            record_past(done.session, done.actor, past)
            return
        except Invalid as error:
            bad = {problem.row: problem.message for problem in error.problems if problem.row in past}
            if not bad:
                raise
            for problem in error.problems:
                if isinstance(problem.row, int) and problem.row in owner:
                    done.document.refuse(owner[problem.row].row, "history", problem.message)
            past = {task_id: entries for task_id, entries in past.items() if task_id not in bad}


def _entry(done: Application, record: Record, entry: dict[str, Any]) -> dict[str, Any]:
    """An entry of a past with numbers instead of names; what a name no longer leads to is empty."""
    field = str(entry.get("field") or "")
    if field not in _COLUMNS:
        return entry
    values = {
        side: done.values.quietly(record, {field: entry.get(side)}).get(_COLUMNS[field])
        for side in ("old", "new")
    }
    return {**entry, "field": _COLUMNS[field], **values}
