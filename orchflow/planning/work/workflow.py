"""The statuses tasks may have: each team's columns, mapped to the seven states that the figures know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import Team
from orchflow.planning.tables import State, Task, WorkflowColumn
from orchflow.store import locks
from orchflow.store.edits import Edit
from orchflow.store.engine import Store
from orchflow.store.field import fields_of
from orchflow.store.merge import save_many
from orchflow.store.rows import chosen, rows, stored
from orchflow.store.written import Refused

NEEDED = (State.BACKLOG, State.IN_PROGRESS, State.DONE)
"""States without which a task could not be begun or finished."""

_EDITED = ("name", "state", "wip_limit")


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of a board; tasks carry its `key` as their status. `wip_limit` None: any number."""

    id: int
    version: int
    team_id: int | None
    key: str
    name: str
    state: State
    position: float
    wip_limit: int | None


@dataclass(frozen=True)
class ColumnEdit:
    """A column as it should be; `id` and `version` None for a new one, whose state then is for ever."""

    name: str
    state: State | str
    wip_limit: int | None = None
    id: int | None = None
    version: int | None = None


def columns_for(store: Store, actor: Actor, team_id: int | None = None) -> list[ColumnRow]:
    """The columns of a team's board in their order: its own, or everybody's when it has none."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return columns_in(session, team_id)


def columns_in(session: Session, team_id: int | None) -> list[ColumnRow]:
    """The same within a session."""
    used = chosen(ColumnRow, WorkflowColumn).where(WorkflowColumn.retired.is_(False))
    columns = rows(session, ColumnRow, used.order_by(WorkflowColumn.position, WorkflowColumn.id))
    own = [column for column in columns if column.team_id == team_id]
    return own or [column for column in columns if column.team_id is None]


def states(store: Store, actor: Actor) -> dict[str, State]:
    """Which state every status means that any task has or ever had."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return states_in(session)


def states_in(session: Session) -> dict[str, State]:
    """The same within a session."""
    columns = session.execute(sa.select(WorkflowColumn.key, WorkflowColumn.state))
    return {state.value: state for state in State} | dict(columns.all())


def usable(session: Session) -> dict[str, State]:
    """The statuses that a task may be given now, of all teams, in the order of their boards."""
    present = (
        sa.select(WorkflowColumn.key, WorkflowColumn.state)
        .where(WorkflowColumn.retired.is_(False))
        .order_by(WorkflowColumn.team_id.is_not(None), WorkflowColumn.position, WorkflowColumn.id)
    )
    states: dict[str, State] = {}
    for key, state in session.execute(present):
        states.setdefault(key, state)
    return states


def save_columns(
    store: Store, actor: Actor, team_id: int | None, columns: Sequence[ColumnEdit]
) -> list[ColumnRow]:
    """Make `columns`, in this order, the workflow of a team (None: of all teams without their own).

    Columns that are left out are retired; refused while tasks stand in them and no other team uses them. Invalid
    names refused values, ConflictError what someone else has changed since the versions given.
    """
    actor.require(Permission.PLAN_EDIT)
    with store.unit(actor) as session:
        locks.take(session, "plan.workflow")
        if team_id is not None:
            stored(session, Team, team_id)
        present = {column.id: column for column in columns_in(session, team_id) if column.team_id == team_id}
        values = _read(columns, present)
        edits = []
        for position, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
            value["position"] = float(position)
            if column.id is None:
                key = _new_key(session, str(value["name"]), State(str(value["state"])))
                session.add(WorkflowColumn(team_id=team_id, key=key, retired=False, **value))
            else:
                del value["state"]
                edits.append(Edit(column.id, column.version or present[column.id].version, value))
        kept = {column.id for column in columns}
        retired = [column for column in present.values() if column.id not in kept]
        edits += [Edit(column.id, column.version, {"retired": True}) for column in retired]
        for outcome in save_many(session, WorkflowColumn, edits):
            outcome.stored_row()
        _refuse_lost(session, retired)
        return columns_in(session, team_id)


def _read(columns: Sequence[ColumnEdit], present: dict[int, ColumnRow]) -> list[dict[str, object]]:
    values: list[dict[str, object]] = []
    problems = []
    names: set[str] = set()
    for line_number, column in enumerate(columns, start=1):
        row = column.id or f"column {line_number}"
        value: dict[str, object] = {}
        for name in _EDITED:
            try:
                value[name] = fields_of(WorkflowColumn)[name].value(getattr(column, name))
            except Refused as error:
                problems.append(Problem(row, name, str(error)))
        if column.id is not None and column.id not in present:
            problems.append(Problem(row, "id", f"this workflow has no column {column.id}"))
        elif column.id is not None and value.get("state") != present[column.id].state:
            problems.append(
                Problem(row, "state", "a column keeps its state, or the past would change; add another one")
            )
        if str(value.get("name", "")).casefold() in names:
            problems.append(Problem(row, "name", f"there are two columns {value['name']!r}"))
        names.add(str(value.get("name", "")).casefold())
        values.append(value)
    covered = {value.get("state") for value in values}
    lacking = [state for state in NEEDED if state not in covered]
    if lacking:
        problems.append(Problem(None, "state", f"a workflow needs a column for {', '.join(lacking)}"))
    if problems:
        raise Invalid(problems)
    return values


def _new_key(session: Session, name: str, state: State) -> str:
    """A key from the column's name; the same word with another state gets a number."""
    known = states_in(session)
    stem = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:32] or "column"
    key, number = stem, 1
    while known.get(key, state) is not state:
        number += 1
        key = f"{stem}_{number}"
    return key


def _refuse_lost(session: Session, retired: Sequence[ColumnRow]) -> None:
    still = usable(session)
    lost = {column.key: column for column in retired if column.key not in still}
    standing = sa.select(Task.status, sa.func.count()).where(Task.status.in_(lost)).group_by(Task.status)
    problems = [
        Problem(lost[key].id, "name", f"{count} tasks are {lost[key].name!r}; move them first")
        for key, count in session.execute(standing)
    ]
    if problems:
        raise Invalid(problems)
