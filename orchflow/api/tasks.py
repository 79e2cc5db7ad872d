"""/tasks: the work itself, and what happened to it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from orchflow.api.bodies import Body, Instant, answer
from orchflow.api.entities import entity_router
from orchflow.api.models import models_of
from orchflow.api.paging import Id, Page, Paging, page_in_order
from orchflow.api.request_context import Reader
from orchflow.planning import history
from orchflow.planning.work.tasks import TASKS


class PastChange(Body):
    """One field that changed while the task was kept elsewhere."""

    occurred_at: Instant = Field(description="With its zone.", examples=["2026-05-04T09:30:00Z"])
    field: str = Field(max_length=64, examples=["status"])
    old: Any = None
    new: Any = None
    by: str = Field("", max_length=150, description="Who did it; the token's user when left out.")


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


_EXAMPLE = {
    "external_id": "ORC-42", "project_external_id": "ORC-7", "title": "Write ten example conversations",
    "status": "done", "points": 3,
    "history": [{"occurred_at": "2026-05-04T09:30:00Z", "field": "status", "old": "in_progress", "new": "done", "by": "Ada Park"}],
}  # fmt: skip

router = entity_router(
    TASKS,
    models_of(
        TASKS,
        {
            "new": {
                "project_id": 2, "title": "Write ten example conversations", "points": 3, "priority": "high",
                "labels": ["support"], "due": "2026-12-04",
            },
            "edit": {"version": 4, "changes": {"status": "in_progress", "assignee_id": 7}},
            "bulk": {"external_source": "jira", "items": [_EXAMPLE]},
        },
        past=PastChange,
    ),
    deletes=" with its subtasks",
    write_past=history.record_past,
)  # fmt: skip


@router.get(
    "/{task_id}/changes",
    response_model=TaskChangePage,
    operation_id="listTaskChanges",
    summary="Read a task's history",
)
def list_changes(
    caller: Reader,
    task_id: Annotated[Id, Path(description="The task's id.")],
    paging: Annotated[Paging, Query()],
) -> JSONResponse:
    """Everything that happened to a task, oldest first; also to one that was deleted."""
    changes = history.task_changes(caller.store, caller.actor, task_id)
    if not changes:
        TASKS.get(caller.store, caller.actor, task_id)
    shown = page_in_order(changes, paging)
    for change in shown["items"]:
        del change["row_id"], change["who"]
    return answer(shown)
