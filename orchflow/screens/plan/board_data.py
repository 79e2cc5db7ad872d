"""What the Board screen shows of its tasks, and how a card is moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Literal, TypeAlias

import pandas as pd
import streamlit as st

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.sprints import list_sprints
from orchflow.planning.tables import CLOSED, Priority, State
from orchflow.planning.work.board import (
    NOBODY,
    BoardColumn,
    BoardTask,
    Columns,
    arrange,
    board_tasks,
    move_card,
)
from orchflow.planning.work.workflow import ColumnRow, columns_for, states
from orchflow.screens.plan.plan_data import plan_version
from orchflow.screens.session import workspace
from orchflow.store.reading import row_id
from orchflow.ui import board, notices, palette

PRIORITIES: dict[Priority, tuple[str, board.Tone]] = {
    Priority.URGENT: ("Urgent", "red"),
    Priority.HIGH: ("High", "orange"),
    Priority.NORMAL: ("", ""),
    Priority.LOW: ("Low", "gray"),
}


Id: TypeAlias = int | Literal["none"]
"""A person or a sprint, or that there is none."""


@dataclass(frozen=True)
class Cut:
    """What a board shows: `sprint` is what stands in the list of sprints, `sprints` those that it means."""

    sprint: str
    sprints: tuple[Id, ...]
    people: tuple[Id, ...]
    projects: tuple[int, ...]
    text: str
    cancelled: bool

    @property
    def whole(self) -> bool:
        """Whether no task of those sprints is left out."""
        return not (self.people or self.projects or self.text)


@dataclass(frozen=True)
class BoardReading:
    """The tasks that were chosen, and the workflow of the `team` that they are about (None: everybody's).

    Shared between sessions: nobody changes it.
    """

    tasks: list[BoardTask]
    team: int | None
    workflow: list[ColumnRow]
    meaning: dict[str, State]


@dataclass(frozen=True)
class BoardScreen:
    """A board in columns, as the browser is told of them; `version` names the state of all that it shows."""

    version: str
    reading: BoardReading
    columns: dict[str, BoardColumn]
    lanes: tuple[board.Lane, ...]


def board_screen(actor: Actor, cut: Cut, by: Columns, names: PlanNames, today: date) -> BoardScreen:
    """The tasks that every choice lets through, in columns, as the plan is now."""
    actor.require(Permission.PLAN_VIEW)
    return _arranged(plan_version(workspace()), actor, cut, by, names, today)


@st.cache_resource(max_entries=16, show_spinner=False)
def _arranged(version: str, _actor: Actor, cut: Cut, by: Columns, _names: PlanNames, today: date) -> BoardScreen:  # fmt: skip
    reading = _read(version, _actor, cut)
    columns = arrange(reading.tasks, by, _names, reading.workflow, reading.meaning, cancelled=cut.cancelled)
    digest = blake2b(repr((version, cut, by, today)).encode(), digest_size=8).hexdigest()
    lanes = tuple(lane(column, whole=cut.whole) for column in columns)
    return BoardScreen(digest, reading, {column.key: column for column in columns}, lanes)


@st.cache_resource(max_entries=16, show_spinner=False)
def _read(version: str, _actor: Actor, cut: Cut) -> BoardReading:
    store = workspace().store
    tasks = board_tasks(
        store, _actor, sprints=cut.sprints, people=cut.people, projects=cut.projects, text=cut.text
    )
    own = (
        {int(cut.sprint)} if cut.sprint.isdecimal() else {task.sprint_id for task in tasks if task.sprint_id}
    )
    team = _team(_actor, own)
    return BoardReading(tasks, team, columns_for(store, _actor, team), states(store, _actor))


def _team(actor: Actor, sprints: set[int]) -> int | None:
    """The team whose sprints these are, if it is one."""
    teams = {row.team_id for row in list_sprints(workspace().store, actor, ids=sprints)} if sprints else set()
    return teams.pop() if len(teams) == 1 else None


def lane(column: BoardColumn, *, whole: bool) -> board.Lane:
    """A column as the browser is told of it; its limit holds for the `whole` of its tasks."""
    return board.Lane(
        column.key, column.name, len(column.tasks), column.wip_limit if whole else None,
        f"{column.points.normalize():f} p" if column.points else "",
        palette.colour_for("state", column.state) if column.state else "",
        folded=not column.tasks or column.state in CLOSED,
    )  # fmt: skip


def card(
    task: BoardTask, names: PlanNames, meaning: Mapping[str, State], by: Columns, actor: Actor, today: date
) -> board.Card:  # fmt: skip
    """A task as its card shows it: without what its column says of it."""
    state = meaning.get(task.status, State.BACKLOG)
    priority, tone = PRIORITIES[task.priority]
    is_open = state not in CLOSED
    own = by == "status" and actor.user_id is not None and task.assignee_id == actor.user_id
    due = f"{task.due.day} {task.due:%b}" if task.due and is_open else ""
    project = "" if by == "project_id" else names.projects.get(task.project_id, "")
    return board.Card(
        task.id, task.version, task.title,
        ref=" · ".join(filter(None, ("Milestone" if task.milestone else "", project))),
        person=names.people.get(task.assignee_id, "") if task.assignee_id and by != "assignee_id" else "",
        points=f"{task.points.normalize():f} p" if task.points is not None else "",
        due=due, overdue=bool(due and task.due and task.due < today),
        priority=priority if is_open else "", tone=tone if is_open else "",
        blocked=(task.blocked_reason or "Blocked") if state is State.BLOCKED else "",
        movable=actor.may(Permission.PLAN_EDIT) or (own and actor.may(Permission.PLAN_EDIT_OWN)),
    )  # fmt: skip


def lane_name(by: Columns, key: str, names: PlanNames) -> str:
    if key == NOBODY:
        return "the backlog" if by == "sprint_id" else "nobody's column"
    known = {"sprint_id": names.sprints, "assignee_id": names.people, "project_id": names.projects}
    return known.get(by, {}).get(row_id(key) or 0, "that column")


def store_move(actor: Actor, by: Columns, move: board.Move, to: str, reason: str | None = None) -> None:
    store = workspace().store
    with notices.attempt("The card was not moved") as request:
        saved = move_card(
            store, actor, move.card_id, move.version, by, move.to, blocked_reason=reason, request=request
        )
        notices.done(f"“{saved.row.title}” moved to {to}", request)


def as_table(tasks: list[BoardTask], names: PlanNames, workflow: list[ColumnRow]) -> pd.DataFrame:
    status = {column.key: column.name for column in workflow}
    return pd.DataFrame(
        [
            {
                "id": task.id, "title": task.title, "status": status.get(task.status, task.status),
                "blocked_reason": task.blocked_reason, "person": names.people.get(task.assignee_id or 0),
                "project": names.projects.get(task.project_id), "sprint": names.sprints.get(task.sprint_id or 0),
                "priority": task.priority.value, "points": task.points, "due": task.due,
            }
            for task in tasks
        ]
    )  # fmt: skip
