"""Datasets of the plan: read from the plan store in batches, whatever their size."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from orchflow.encoding import encode, to_text
from orchflow.people.permissions import Permission
from orchflow.people.tables import Team, User
from orchflow.planning.tables import Effort, Goal, Project, Sprint, Task
from orchflow.store.engine import Store
from orchflow.store.tables import Change

TEXT, WHOLE, DAY, FLAG = pa.string(), pa.int64(), pa.date32(), pa.bool_()
INSTANT = pa.timestamp("us", tz="UTC")
AMOUNT, MEASURE = pa.decimal128(10, 2), pa.decimal128(18, 4)

_CHANGED = (
    "effort", "project", "goal", "sprint", "task", "dependency", "comment", "link", "attachment", "workflow_column",
    "calendar_day",
)  # fmt: skip
"""Tables whose changes are the plan's; what people keep for themselves (views, mappings) is not."""

Column = tuple[str, pa.DataType, Any]


@dataclass(frozen=True)
class PlanDataset:
    """Something of the plan to export: its columns (name, type, expression), from where, and in which order."""

    name: str
    description: str
    columns: Sequence[Column]
    start_from: Callable[[sa.Select[Any]], sa.Select[Any]]
    day_of: Any = None
    permission: Permission | None = Permission.PLAN_VIEW

    @property
    def dated(self) -> bool:
        """Whether it can be narrowed to days."""
        return self.day_of is not None

    @property
    def schema(self) -> pa.Schema:
        """The columns with their types."""
        return pa.schema([(name, kind) for name, kind, _ in self.columns])

    def batches(
        self, store: Store, zone: ZoneInfo, start: date | None, end: date | None, rows: int
    ) -> Generator[pa.RecordBatch, None, None]:
        """The rows, a batch at a time; days are those of `zone`, both included."""
        chosen = self.start_from(sa.select(*(expression.label(name) for name, _, expression in self.columns)))
        if start is not None:
            chosen = chosen.where(self.day_of >= datetime.combine(start, time(), zone))
        if end is not None:
            chosen = chosen.where(self.day_of < datetime.combine(end + timedelta(days=1), time(), zone))
        kinds = [kind for _, kind, _ in self.columns]
        with store.read() as session:
            found = session.execute(chosen.execution_options(yield_per=min(rows, 5_000)))
            for part in found.partitions(rows):
                columns = list(zip(*part, strict=True))
                arrays = [
                    pa.array([_plain(value, kind) for value in column], kind)
                    for column, kind in zip(columns, kinds, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def _plain(value: Any, kind: pa.DataType) -> Any:
    if value is None or kind is not TEXT or type(value) is str:
        return value
    if isinstance(value, list):
        return ", ".join(map(str, value))
    coded = encode(value)
    return coded if isinstance(coded, str) else to_text(coded)


_Assignee, _Owner = aliased(User), aliased(User)

_TASKS = PlanDataset(
    "tasks",
    "The tasks of the plan, with their project, goal, sprint and assignee",
    (
        ("id", WHOLE, Task.id), ("version", WHOLE, Task.version), ("effort", WHOLE, Effort.number),
        ("project", TEXT, Project.number), ("project_name", TEXT, Project.name), ("goal_id", WHOLE, Task.goal_id),
        ("goal", TEXT, Goal.name), ("parent_id", WHOLE, Task.parent_id), ("title", TEXT, Task.title),
        ("status", TEXT, Task.status), ("blocked_reason", TEXT, Task.blocked_reason),
        ("assignee", TEXT, _Assignee.username), ("priority", TEXT, Task.priority), ("points", AMOUNT, Task.points),
        ("estimated_hours", AMOUNT, Task.estimated_hours), ("logged_hours", AMOUNT, Task.logged_hours),
        ("start", DAY, Task.start), ("due", DAY, Task.due), ("sprint_id", WHOLE, Task.sprint_id),
        ("sprint", TEXT, Sprint.name), ("labels", TEXT, Task.labels), ("milestone", FLAG, Task.milestone),
        ("step", TEXT, Task.step), ("role", TEXT, Task.role), ("external_source", TEXT, Task.external_source),
        ("external_id", TEXT, Task.external_id), ("created_at", INSTANT, Task.created_at),
        ("updated_at", INSTANT, Task.updated_at), ("description", TEXT, Task.description),
    ),
    lambda chosen: chosen.select_from(Task)
    .join(Project, Project.id == Task.project_id)
    .join(Effort, Effort.id == Project.effort_id)
    .outerjoin(Goal, Goal.id == Task.goal_id)
    .outerjoin(Sprint, Sprint.id == Task.sprint_id)
    .outerjoin(_Assignee, _Assignee.id == Task.assignee_id)
    .order_by(Effort.position, Project.position, Task.position, Task.id),
)  # fmt: skip

_PROJECTS = PlanDataset(
    "projects",
    "The projects of the plan, with their effort",
    (
        ("id", WHOLE, Project.id), ("version", WHOLE, Project.version), ("number", TEXT, Project.number),
        ("name", TEXT, Project.name), ("effort", WHOLE, Effort.number), ("effort_name", TEXT, Effort.name),
        ("flow", WHOLE, Effort.flow), ("status", TEXT, Project.status), ("owner", TEXT, _Owner.username),
        ("start", DAY, Project.start), ("due", DAY, Project.due), ("external_source", TEXT, Project.external_source),
        ("external_id", TEXT, Project.external_id), ("created_at", INSTANT, Project.created_at),
        ("updated_at", INSTANT, Project.updated_at), ("description", TEXT, Project.description),
    ),
    lambda chosen: chosen.select_from(Project)
    .join(Effort, Effort.id == Project.effort_id)
    .outerjoin(_Owner, _Owner.id == Project.owner_id)
    .order_by(Effort.position, Project.position, Project.id),
)  # fmt: skip

_GOALS = PlanDataset(
    "goals",
    "The goals of the plan's projects, with where they began, stand and should end",
    (
        ("id", WHOLE, Goal.id), ("version", WHOLE, Goal.version), ("project", TEXT, Project.number),
        ("name", TEXT, Goal.name), ("metric", TEXT, Goal.metric), ("unit", TEXT, Goal.unit),
        ("baseline", MEASURE, Goal.baseline), ("target", MEASURE, Goal.target), ("current", MEASURE, Goal.current),
        ("due", DAY, Goal.due), ("owner", TEXT, _Owner.username), ("live_figure", TEXT, Goal.live_figure),
        ("external_source", TEXT, Goal.external_source), ("external_id", TEXT, Goal.external_id),
        ("created_at", INSTANT, Goal.created_at), ("updated_at", INSTANT, Goal.updated_at),
        ("description", TEXT, Goal.description),
    ),
    lambda chosen: chosen.select_from(Goal)
    .join(Project, Project.id == Goal.project_id)
    .outerjoin(_Owner, _Owner.id == Goal.owner_id)
    .order_by(Project.position, Goal.position, Goal.id),
)  # fmt: skip

_SPRINTS = PlanDataset(
    "sprints",
    "The sprints of every team, with the instants of their start and close",
    (
        ("id", WHOLE, Sprint.id), ("version", WHOLE, Sprint.version), ("team", TEXT, Team.name),
        ("number", WHOLE, Sprint.number), ("name", TEXT, Sprint.name), ("goal", TEXT, Sprint.goal),
        ("start", DAY, Sprint.start), ("end", DAY, Sprint.end), ("state", TEXT, Sprint.state),
        ("started_at", INSTANT, Sprint.started_at), ("closed_at", INSTANT, Sprint.closed_at),
        ("focus", AMOUNT, Sprint.focus),
    ),
    lambda chosen: chosen.select_from(Sprint)
    .outerjoin(Team, Team.id == Sprint.team_id)
    .order_by(Sprint.start, Sprint.number, Sprint.id),
)  # fmt: skip

_CHANGES = PlanDataset(
    "changes",
    "Every field of the plan that was ever changed: by whom, when, from what to what",
    (
        ("id", WHOLE, Change.id), ("entity", TEXT, Change.entity), ("entity_id", WHOLE, Change.entity_id),
        ("action", TEXT, Change.action), ("field", TEXT, Change.field), ("old", TEXT, Change.old),
        ("new", TEXT, Change.new), ("version", WHOLE, Change.version), ("by", TEXT, Change.actor),
        ("occurred_at", INSTANT, Change.occurred_at), ("request", TEXT, Change.request),
    ),
    lambda chosen: chosen.select_from(Change).where(Change.entity.in_(_CHANGED)).order_by(Change.id),
    day_of=Change.occurred_at,
)  # fmt: skip

PLAN_DATASETS = {dataset.name: dataset for dataset in (_TASKS, _PROJECTS, _GOALS, _SPRINTS, _CHANGES)}
