"""Items that are ticked, and opened again, by what happens elsewhere: their tasks and their self-checks. It is said on them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.permissions import SYSTEM
from orchflow.planning.tables import CLOSED, ChecklistItem, Comment, ItemState, State, Task, Through
from orchflow.planning.work.workflow import states_in
from orchflow.store.engine import Store
from orchflow.store.history import instant
from orchflow.store.merge import lock_rows
from orchflow.store.request import new_request

LONGEST: Final = 1000
"""Characters of the evidence that a check gives."""


def follow_tasks(
    store: Store, tasks: Collection[int] | None, items: Collection[int] | None, request: str | None = None
) -> int:
    """Bring the items of `tasks`, and `items`, to where their tasks are (None: all); returns how many were changed.

    Done ticks, opened again opens again; person and day of a task that changed become those of its item.
    """
    with store.read() as session:
        linked = sa.select(ChecklistItem.id, ChecklistItem.task_id).where(ChecklistItem.task_id.is_not(None))
        if tasks is not None and items is not None:
            linked = linked.where(sa.or_(ChecklistItem.task_id.in_(tasks), ChecklistItem.id.in_(items)))
        pairs: dict[int, int] = dict(session.execute(linked).all())  # type: ignore[arg-type]
    if not pairs:
        return 0
    with store.unit(SYSTEM, request or new_request()) as session:
        rows = lock_rows(session, ChecklistItem, pairs)
        held = lock_rows(session, Task, set(pairs.values()))
        meaning = states_in(session)
        changed = 0
        for item in rows.values():
            task = held.get(item.task_id or 0)
            if task is not None:
                follows = tasks is not None and task.id in tasks
                changed += _follow(session, item, task, meaning.get(task.status), along=follows)
        return changed


def _follow(session: Session, item: ChecklistItem, task: Task, state: State | None, *, along: bool) -> bool:
    before = (item.state, item.assignee_id, item.due_day)
    if state is State.DONE and item.state is ItemState.OPEN:
        _tick(session, item, Through.TASK, f"Its task “{task.title}” is done.")
    elif state not in CLOSED and item.state is ItemState.TICKED:
        _open(session, item, f"Its task “{task.title}” was opened again.")
    if along and task.assignee_id is not None:
        item.assignee_id = task.assignee_id
    if along and task.due is not None and task.due != item.due_day:
        item.due_day, item.due_by_hand = task.due, True
    return before != (item.state, item.assignee_id, item.due_day)


def follow_check(store: Store, key: str, *, passed: bool, words: str, request: str | None = None) -> int:
    """Tick the open items of a self-check that passes, with its words; open again what it ticked when it fails.

    Returns how many items were changed. What a person ticked, or said not to apply, stays.
    """
    wanted = (
        ChecklistItem.state == ItemState.OPEN
        if passed
        else sa.and_(ChecklistItem.state == ItemState.TICKED, ChecklistItem.ticked_through == Through.CHECK)
    )
    chosen = sa.select(ChecklistItem.id).where(ChecklistItem.check_key == key, wanted)
    with store.read() as session:
        ids = set(session.scalars(chosen))
    if not ids:
        return 0
    with store.unit(SYSTEM, request or new_request()) as session:
        still = set(session.scalars(chosen.where(ChecklistItem.id.in_(ids))))
        for item in lock_rows(session, ChecklistItem, still).values():
            if passed:
                _tick(session, item, Through.CHECK, words[:LONGEST])
            else:
                _open(session, item, words[:LONGEST])
        return len(still)


def _tick(session: Session, item: ChecklistItem, through: Through, words: str) -> None:
    item.state, item.ticked_through = ItemState.TICKED, through
    item.ticked_at, item.ticked_by_id = instant(session), None
    item.evidence_text = item.evidence_text or words
    _say(session, item, f"Ticked. {words}")


def _open(session: Session, item: ChecklistItem, words: str) -> None:
    item.state, item.ticked_through, item.ticked_at, item.ticked_by_id = ItemState.OPEN, None, None, None
    _say(session, item, f"Opened again. {words}")


def _say(session: Session, item: ChecklistItem, words: str) -> None:
    session.add(Comment(entity=ChecklistItem.__tablename__, entity_id=item.id, body=words, author_id=None))
