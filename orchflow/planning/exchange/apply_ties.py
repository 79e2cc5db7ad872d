"""Write the dependencies and the past of a document's tasks."""

from __future__ import annotations

from typing import Any

from orchflow.errors import Invalid
from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.plan_records import PAST_REFERENCES
from orchflow.planning.exchange.records import Level, Record, Tie
from orchflow.planning.exchange.report import FieldChange
from orchflow.planning.history import record_past
from orchflow.planning.tables import Dependency, DependencyKind
from orchflow.planning.work import rules
from orchflow.planning.work.dependencies import DEPENDENCIES, waits_of, way_back
from orchflow.planning.work.values import Refused
from orchflow.store import locks
from orchflow.store.merge import lock_rows

_STATE = "depends_on"
_COLUMNS = {name: column for column, name in PAST_REFERENCES.items()}


def apply_ties(done: Application, records: list[Record]) -> None:
    """Tie the tasks as the file says: what was added or removed there since both agreed is added or removed here."""
    tied = [record for record in records if record.depends_on is not None]
    if not tied:
        return
    locks.take(done.session, DEPENDENCIES)
    waits = waits_of(done.session)
    for record in tied:
        _tie(done, record, waits)
    done.session.flush()


def _tie(done: Application, record: Record, waits: dict[int, list[int]]) -> None:
    task_id = done.rows[id(record)].id
    assert task_id is not None
    wanted = _ids(done, record, record.depends_on or [], task_id)
    stored = done.plan.ties.get(task_id, {})
    base = _base(done, record, task_id)
    added = []
    for other, tie in wanted.items():
        if other in stored:
            _alter(done, record, stored[other].id, tie, base.get(other))
        elif other in base and done.take != "file":
            continue  # untied here since
        elif path := way_back(waits, task_id, other):
            names = [_title(done, number) for number in [task_id, *path]]
            done.document.refuse(record.row, _STATE, f"would wait for itself: {' → '.join(names)}")
        else:
            kind = DependencyKind(tie.kind)
            done.session.add(
                Dependency(task_id=task_id, depends_on_id=other, kind=kind, lag_days=tie.lag_days)
            )
            waits.setdefault(task_id, []).append(other)
            added.append(tie)
    gone = [tie.id for other, tie in stored.items() if other in base and other not in wanted]
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
        ties = [[other, tie.kind, tie.lag_days] for other, tie in wanted.items()]
        if ties or base:
            done.states[Level.TASK].remember(task_id, done.origin(record), {_STATE: ties})


def _alter(done: Application, record: Record, tie_id: int, tie: Tie, base: tuple[str, int] | None) -> None:
    """Another kind or lag of a dependency that both sides have."""
    row = lock_rows(done.session, Dependency, [tie_id]).get(tie_id)
    if row is None:
        return
    now, wanted = (row.kind.value, row.lag_days), (tie.kind, tie.lag_days)
    if wanted in (now, base):
        return
    if base == now or done.take == "file":
        row.kind, row.lag_days = DependencyKind(tie.kind), tie.lag_days
        shown = [f"{title} ({kind}{lag:+d})" for title, (kind, lag) in ((tie.task, now), (tie.task, wanted))]
        done.add_change(record, FieldChange(done.document.label(_STATE), *shown))
    else:
        done.note(record, _STATE, f"{tie.task} is tied by {now[0]}{now[1]:+d} here; left as it is")


def _ids(done: Application, record: Record, ties: list[Tie], task_id: int | None) -> dict[int, Tie]:
    """The tasks that ties mean; those that mean none are noted."""
    found: dict[int, Tie] = {}
    for tie in ties:
        try:
            other = done.names.meant(record, "parent", tie.task)
            rules.FIELDS["dependency"]["lag_days"].value(tie.lag_days)
            rules.FIELDS["dependency"]["kind"].value(tie.kind)
        except Refused as error:
            if task_id is not None:
                done.document.refuse(record.row, _STATE, str(error))
            continue
        if other == task_id:
            done.document.refuse(record.row, _STATE, f"would wait for itself: {tie.task}")
        else:
            found[other] = tie
    return found


def _base(done: Application, record: Record, task_id: int) -> dict[int, tuple[str, int]]:
    """The ties on which file and plan last agreed: task → kind and lag."""
    given = done.states[Level.TASK].given(task_id, done.origin(record))
    if _STATE in given:
        return {other: (kind, lag) for other, kind, lag in given[_STATE]}
    if record.base is None or record.base.workspace != done.plan.mark:
        return {}
    found = _ids(done, record, list(record.base.depends_on), None)
    return {other: (tie.kind, tie.lag_days) for other, tie in found.items()}


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
