"""What requests and answers about tasks hold."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from orchflow.api import bulk
from orchflow.api.bodies import Body, Changes, Day, Edited, Imported, Instant, Number, Versioned
from orchflow.api.paging import Id, Page, Paging, Words
from orchflow.planning.tables import Priority

Points = Annotated[Number, Field(ge=0, le=9999)]
Hours = Annotated[Number, Field(ge=0, le=99_999)]
Label = Annotated[str, Field(min_length=1, max_length=60, pattern="^[^,]*$")]


class TaskFields(BaseModel):
    """What may be set of a task. Points and hours are numbers with at most two decimals."""

    goal_id: Id | None = Field(None, description="The goal of the same project that it serves.")
    parent_id: Id | None = Field(None, description="The task of which it is a part.")
    sprint_id: Id | None = None
    title: str = Field("", min_length=1, max_length=300)
    description: str = Field("", max_length=200_000)
    status: str = Field(
        "backlog",
        min_length=1,
        max_length=40,
        description="The key of a column of the workflow: backlog, ready, in_progress, in_review, blocked, done, "
        "cancelled, or one that a team has added.",
    )
    blocked_reason: str | None = Field(None, max_length=1000)
    assignee_id: Id | None = Field(None, description="The user who works on it.")
    priority: Annotated[Priority, Field(strict=False)] = Priority.NORMAL
    points: Points | None = Field(None, examples=[3])
    estimated_hours: Hours | None = None
    logged_hours: Hours | None = None
    start: Day | None = None
    due: Day | None = None
    labels: list[Label] = Field([], max_length=30)
    milestone: bool = False
    position: Number = Field(0.0, description="Its place among the others; the last when left out.")
    step: str | None = Field(None, max_length=100, description="The step of its flow that it belongs to.")
    role: str | None = Field(None, max_length=64, description="The job role that it is meant for.")


class NewTask(TaskFields, Imported, Body):
    """A task to add; `project_id` may be left out where there is a `parent_id`."""

    project_id: Id | None = None
    title: str = Field(min_length=1, max_length=300)
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "project_id": 2,
                    "title": "Write ten example conversations",
                    "points": 3,
                    "priority": "high",
                    "labels": ["support"],
                    "due": "2026-12-04",
                }
            ]
        }
    )


class TaskChanges(TaskFields, Imported, Changes):
    """Fields of a task to change."""

    project_id: Id = 0


class TaskEdit(Versioned):
    """An edit of a task."""

    changes: TaskChanges
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"version": 4, "changes": {"status": "in_progress", "assignee_id": 7}}]
        }
    )


class Task(TaskFields, Imported, Edited):
    """A task as it is stored."""

    project_id: Id


class TaskPage(Page[Task]):
    """A page of tasks, by id."""


class TaskFilters(Paging):
    """Which tasks to list: those to which every given filter applies; `none` stands for: without one."""

    effort_id: Id | None = None
    project_id: Id | None = None
    goal_id: Id | None = None
    parent_id: Id | Literal["none"] | None = None
    sprint_id: Id | Literal["none"] | None = None
    assignee_id: Id | Literal["none"] | None = None
    status: list[Words] | None = Field(None, description="Any of these; repeat the parameter.")
    label: Words | None = None
    text: Words | None = Field(None, description="In title or description.")
    external_source: Words | None = None


class PastChange(Body):
    """One field that changed while the task was kept elsewhere."""

    occurred_at: Instant = Field(description="With its zone.", examples=["2026-05-04T09:30:00Z"])
    field: str = Field(max_length=64, examples=["status"])
    old: Any = None
    new: Any = None
    by: str = Field("", max_length=150, description="Who did it; the token's user when left out.")


class TaskItem(TaskFields, bulk.Item):
    """A task to add or change; a new one needs `title` and its project or parent."""

    project_id: Id = 0
    project_external_id: Words | None = Field(None, description="Instead of `project_id`.")
    goal_external_id: Words | None = Field(None, description="Instead of `goal_id`.")
    parent_external_id: Words | None = Field(
        None, description="Instead of `parent_id`; of a stored task, or of one anywhere in this request."
    )
    history: list[PastChange] = Field(
        [],
        max_length=2000,
        description="What happened to the task before it came here. Sent twice, kept once.",
    )


class TaskBulk(bulk.Bulk):
    """Tasks by their keys in another program."""

    items: list[TaskItem] = Field(min_length=1, max_length=bulk.MOST)
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "external_source": "jira",
                    "items": [
                        {
                            "external_id": "ORC-42",
                            "project_external_id": "ORC-7",
                            "title": "Write ten example conversations",
                            "status": "done",
                            "points": 3,
                            "history": [
                                {
                                    "occurred_at": "2026-05-04T09:30:00Z",
                                    "field": "status",
                                    "old": "in_progress",
                                    "new": "done",
                                    "by": "Ada Park",
                                }
                            ],
                        }
                    ],
                }
            ]
        }
    )


class TaskChange(BaseModel):
    """One field of a task that changed. Amounts, days and instants are text here, as the history keeps them."""

    id: int
    action: Literal["insert", "update", "delete", "import"] = Field(
        description="`import`: in another program, before the task came here."
    )
    field: str
    old: Any
    new: Any
    by: str
    occurred_at: Instant
    version: int = Field(description="The task's version after the change; 0 for what was imported.")
    request: str | None = Field(description="What changed together carries the same.")


class TaskChangePage(Page[TaskChange]):
    """A page of a task's history, oldest first."""
