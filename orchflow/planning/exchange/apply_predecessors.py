"""Write the dependencies of a document's tasks: what the file added or removed since both sides agreed, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.records import Level, Predecessor, Record
from orchflow.planning.tables import Dependency
from orchflow.planning.work.dependencies import DEPENDENCIES
from orchflow.store import locks
from orchflow.store.batch import Batch
from orchflow.store.edits import Edit, Outcome
from orchflow.store.merge import lock_rows
from orchflow.store.written import Refused

_NAME = "depends_on"


@dataclass
class _Waits:
    """For what a task shall wait (`wanted`), waits now (`stored`) and waited when both sides agreed (`base`), by task.

    `removed` are the tasks it no longer waits for, as the file says, `added` those it waits for since.
    """

    record: Record
    task_id: int
    wanted: dict[int, Predecessor]
    stored: dict[int, Any]
    base: dict[int, tuple[str, int]]
    removed: list[int]
    added: list[int] = field(default_factory=list)


def apply_predecessors(work: Application, records: Sequence[Record]) -> None:
    """Let the tasks, which are stored, wait as the file says."""
    waits = [_read(work, record) for record in records if record.depends_on is not None]
    if not waits:
        return
    locks.take(work.session, DEPENDENCIES.lock)
    gone = [wait.stored[other].id for wait in waits for other in wait.removed]
    for row in lock_rows(work.session, Dependency, gone).values():
        work.session.delete(row)
    work.session.flush()
    edits = [
        (wait, other, edit) for wait in waits for other in wait.wanted if (edit := _edit(work, wait, other))
    ]
    outcomes = Batch(DEPENDENCIES, work.actor, [edit for _, _, edit in edits]).write(work.session)
    for (wait, other, _), outcome in zip(edits, outcomes, strict=True):
        _tell_edited(work, wait, other, outcome)
    made = {row.id: row.name for row in work.rows.values() if row.level is Level.TASK}
    for wait in waits:
        _tell(work, wait, made)


def _read(work: Application, record: Record) -> _Waits:
    task_id = work.rows[record].id
    assert task_id is not None
    wanted = {}
    for predecessor in record.depends_on or ():
        try:
            other = _task(work, record, predecessor.task)
            if other == task_id:
                raise Refused(f"would wait for itself: {predecessor.task}")
            kind, lag = (DEPENDENCIES.fields[name] for name in ("kind", "lag_days"))
            wanted[other] = Predecessor(
                predecessor.task, kind.value(predecessor.kind), lag.value(predecessor.lag_days)
            )
        except Refused as error:
            if work.document.foreign:
                work.document.note(record.row, _NAME, f"{error}; left out")
            else:
                work.document.refuse(record.row, _NAME, str(error))
    stored, base = work.plan.predecessors.get(task_id, {}), _base(work, record, task_id)
    removed = [other for other in stored if other in base and other not in wanted]
    return _Waits(record, task_id, wanted, stored, base, removed)


def _task(work: Application, record: Record, name: str) -> int:
    """The task that a predecessor means; Refused when it means none."""
    task = work.names.meant(record, Level.TASK, name)
    assert isinstance(task, int), "every task is stored, or refused, by now"
    return task


def _base(work: Application, record: Record, task_id: int) -> dict[int, tuple[str, int]]:
    """For what the task waited when file and plan last agreed: task → kind and lag."""
    agreed = work.states.values(Level.TASK, task_id, work.origin(record))
    if _NAME in agreed:
        return {other: (kind, lag) for other, kind, lag in agreed[_NAME]}
    base = {}
    own = work.own_base(record)
    for predecessor in own.depends_on if own else ():
        try:
            base[_task(work, record, predecessor.task)] = (predecessor.kind, predecessor.lag_days)
        except Refused:
            continue
    return base


def _edit(work: Application, wait: _Waits, other: int) -> Edit | None:
    """What is to be written of one dependency that the file has."""
    predecessor = wait.wanted[other]
    how = {"kind": predecessor.kind, "lag_days": predecessor.lag_days}
    row = wait.stored.get(other)
    if row is None:
        if other in wait.base and work.take != "file":
            return None  # removed here since
        return Edit(None, None, {"task_id": wait.task_id, "depends_on_id": other, **how})
    now, file, base = (row.kind, row.lag_days), tuple(how.values()), wait.base.get(other)
    if file in (now, base):
        return None
    if base == now or work.take == "file":
        return Edit(row.id, row.version, how)
    said = f"{predecessor.task} depends by {row.kind}{row.lag_days:+d} here; left as it is"
    work.document.note(wait.record.row, _NAME, said)
    return None


def _tell_edited(work: Application, wait: _Waits, other: int, outcome: Outcome[Any]) -> None:
    """Tell what became of one dependency; one that is refused is not remembered, so that it is told again."""
    if not outcome.stored:
        del wait.wanted[other]
        for problem in outcome.problems:
            work.document.refuse(wait.record.row, _NAME, problem.message)
    elif other in wait.stored:
        name = wait.wanted[other].task
        how = (f"{name} ({way.kind}{way.lag_days:+d})" for way in (wait.stored[other], wait.wanted[other]))
        work.add_change(wait.record, _NAME, *how)
    else:
        wait.added.append(other)


def _tell(work: Application, wait: _Waits, made: Mapping[int | None, str]) -> None:
    """Tell what was added and removed, and remember what the file gave. `made`: the titles of the file's tasks."""
    if wait.added or wait.removed:
        tasks = work.plan.rows[Level.TASK]
        now = [other for other in wait.stored if other not in wait.removed] + wait.added
        old, new = (
            "; ".join(str(tasks[each].title if each in tasks else made.get(each, each)) for each in some)
            or None
            for some in (wait.stored, now)
        )
        work.add_change(wait.record, _NAME, old, new)
    if wait.wanted or wait.base:
        wanted = [[other, p.kind, p.lag_days] for other, p in wait.wanted.items()]
        work.remember(wait.record, wait.task_id, {_NAME: wanted})
