"""Reads what the burndown and the velocity of sprints need from the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.planning.sprints.scope import ScopeChange, Window
from orchflow.planning.tables import Sprint, Task
from orchflow.planning.work.change_columns import of_figures
from orchflow.store.rows import portions
from orchflow.store.tables import Change


def windows_of(session: Session, sprints: Iterable[Sprint]) -> dict[int, Window]:
    """The window of each sprint that was started, by the sprint's id."""
    started = [sprint for sprint in sprints if sprint.started_at is not None]
    pauses = _pauses(session, [sprint.id for sprint in started])
    return {
        sprint.id: Window(
            sprint.id, sprint.started_at, sprint.end, sprint.closed_at, tuple(pauses.get(sprint.id, ()))
        )
        for sprint in started
        if sprint.started_at is not None
    }


def _pauses(session: Session, sprint_ids: Sequence[int]) -> dict[int, list[tuple[datetime, datetime]]]:
    """From each close of each sprint to the reopening that followed it."""
    pauses: dict[int, list[tuple[datetime, datetime]]] = {}
    closed: dict[int, datetime] = {}
    for ids in portions(sprint_ids):
        changes = sa.select(Change.entity_id, Change.occurred_at, Change.new).where(
            Change.entity == "sprint", Change.entity_id.in_(ids), Change.field == "closed_at"
        )
        for sprint_id, at, new in session.execute(changes.order_by(Change.occurred_at, Change.id)):
            if new is not None:
                closed[sprint_id] = at
            elif sprint_id in closed:
                pauses.setdefault(sprint_id, []).append((closed.pop(sprint_id), at))
    return pauses


def with_names(session: Session, changes: Sequence[ScopeChange]) -> dict[ScopeChange, ScopeChange]:
    """Each change with the title of its task and the person who made it."""
    ids = sorted({change.task_id for change in changes})
    authors: dict[tuple[int, datetime], str] = {}
    titles: dict[int, str] = {}
    for part in portions(ids):
        times = [change.occurred_at for change in changes if change.task_id in set(part)]
        made = sa.select(Change.entity_id, Change.occurred_at, Change.actor).where(
            *of_figures("sprint_id", "status", "points", "estimated_hours"),
            Change.entity_id.in_(part),
            Change.occurred_at.between(min(times), max(times)),
        )
        authors |= {(task_id, at): by for task_id, at, by in session.execute(made.order_by(Change.id))}
        titles |= dict(session.execute(sa.select(Task.id, Task.title).where(Task.id.in_(part))).all())
    deleted = [task_id for task_id in ids if task_id not in titles]
    for part in portions(deleted):
        last = sa.select(Change.entity_id, Change.old).where(
            Change.entity == "task", Change.entity_id.in_(part), Change.field == "title", Change.action == "delete"
        )  # fmt: skip
        titles |= dict(session.execute(last.order_by(Change.id)).all())
    return {
        change: replace(
            change,
            by=authors.get((change.task_id, change.occurred_at), ""),
            title=str(titles.get(change.task_id, f"Task {change.task_id}")),
        )
        for change in changes
    }
