"""Sprints: list, create, edit, delete. Filling, starting, closing and reopening them is in `life`."""

from __future__ import annotations

from orchflow.people.permissions import Permission
from orchflow.planning.sprints.life import SprintMove, close_sprint, plan_sprint, reopen_sprint, start_sprint
from orchflow.planning.sprints.rules import LOCK, SprintRules
from orchflow.planning.tables import Sprint
from orchflow.planning.work.rows import SprintRow
from orchflow.store.entity import Entity

__all__ = [
    "SPRINTS",
    "SprintMove",
    "SprintRow",
    "close_sprint",
    "create_sprint",
    "delete_sprint",
    "get_sprint",
    "list_sprints",
    "plan_sprint",
    "reopen_sprint",
    "start_sprint",
    "update_sprint",
]


def _started(sprint: Sprint) -> str:
    if sprint.started_at is None:
        return ""
    return f"{sprint.name} was started; its figures are part of the history; close it instead"


SPRINTS = Entity(
    Sprint,
    SprintRow,
    "Sprints of the teams.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    order=(Sprint.start.is_(None), Sprint.start, Sprint.number),
    span=("start", "end"),
    lock=LOCK,
    locked=frozenset({"team_id", "number", "start", "end"}),
    rules=SprintRules,
    deletable=_started,
)
list_sprints, get_sprint, create_sprint = SPRINTS.list, SPRINTS.get, SPRINTS.create
update_sprint, delete_sprint = SPRINTS.update, SPRINTS.delete
