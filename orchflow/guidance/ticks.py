"""Items that are ticked, and opened again, by what happens elsewhere: their tasks and their self-checks. It is said on them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.guidance.check_tables import CheckResult, CheckState
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.exemptions import exempt_until
from orchflow.guidance.checks.results import flapping_checks
from orchflow.guidance.reflow import reflow
from orchflow.guidance.tasks import tasks_follow
from orchflow.people.permissions import SYSTEM, Permission
from orchflow.planning.tables import CLOSED, ChecklistItem, Comment, ItemState, State, Step, Task, Through
from orchflow.planning.work.workflow import states_in
from orchflow.store.engine import Store
from orchflow.store.history import instant
from orchflow.store.merge import lock_rows
from orchflow.store.request import new_request
from orchflow.store.tables import Change

_SAID: Final[dict[CheckState | None, str]] = {
    CheckState.PASSED: "passes",
    CheckState.NOT_APPLICABLE: "does not apply",
}
_LEFT_ALONE: Final = sa.and_(ChecklistItem.state == ItemState.OPEN, ChecklistItem.ticked_through.is_not(None))
"""That a person opened an item again although its check passed."""
LONGEST: Final = 1000
"""Characters of the evidence that a check gives."""


def follow_tasks(
    store: Store, tasks: Collection[int] | None, items: Collection[int] | None, request: str | None = None
) -> int:
    """Bring the items of `tasks`, and `items`, to where their tasks are (None: all); returns how many were changed.

    Done ticks, opened again opens again; person and day of a task that changed become those of its item. What is ticked by its
    self-check is left to that.
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
        changed, moved = 0, set[int]()
        for item in rows.values():
            task, due = held.get(item.task_id or 0), item.due_day
            if task is not None:
                follows = tasks is not None and task.id in tasks
                changed += _follow(session, item, task, meaning.get(task.status), along=follows)
                moved |= {item.step_id} if item.due_day != due else set()
        if moved:
            reflow(session, session.scalars(sa.select(Step.flow_id).where(Step.id.in_(moved))).all())
        return changed


def _follow(session: Session, item: ChecklistItem, task: Task, state: State | None, *, along: bool) -> bool:
    before = (item.state, item.assignee_id, item.due_day)
    if state is State.DONE and item.state is ItemState.OPEN:
        _tick(session, item, Through.TASK, f"Its task “{task.title}” is done.")
    elif state not in CLOSED and item.state is ItemState.TICKED and _is_of_its_task(item, along=along):
        _open(session, item, f"Its task “{task.title}” was opened again.")
    if along and task.assignee_id is not None:
        item.assignee_id = task.assignee_id
    if along and task.due is not None and task.due != item.due_day:
        item.due_day, item.due_by_hand = task.due, True
    return before != (item.state, item.assignee_id, item.due_day)


def _is_of_its_task(item: ChecklistItem, *, along: bool) -> bool:
    """Whether a tick goes when the task is open: what a self-check ticked is its own, what a person did stays until the task changes."""
    return item.ticked_through is Through.TASK or (along and item.ticked_through is Through.HAND)


def follow_checks(store: Store, request: str | None = None) -> int:
    """Bring the items of self-checks to where these stand; returns how many were changed.

    A check that passes ticks its open items, with its words; one that is exempt, or about what the workspace may do without,
    says so of them. What a person ticked, or said not to apply, stays; what a check did is taken back when it no longer holds.
    What a person opened again stays open until its check has failed once. Tasks of these items follow them.
    """
    now = clock.now()
    exempt = exempt_until(store, now.astimezone(store.zone).date())
    by_check = sa.select(
        ChecklistItem.id,
        ChecklistItem.state,
        CheckResult.key,
        CheckResult.state,
        CheckResult.words,
        _LEFT_ALONE,
    )
    by_check = by_check.join(CheckResult, CheckResult.key == ChecklistItem.check_key).where(
        sa.or_(ChecklistItem.state == ItemState.OPEN, ChecklistItem.ticked_through == Through.CHECK)
    )
    moving = {}
    with store.read() as session:
        for number, state, key, result, words, alone in session.execute(by_check):
            wanted = _wanted(key, result, exempt=key in exempt)
            if result is CheckState.FAILED if alone else wanted is not state:
                moving[number] = (wanted, key, _seen_by_all(key, result, words))
    if not moving:
        return 0
    flapping = flapping_checks(store, now)
    with store.unit(SYSTEM, request or new_request()) as session:
        changed, moved = 0, list[ChecklistItem]()
        for item in lock_rows(session, ChecklistItem, moving).values():
            wanted, key, words = moving[item.id]
            if item.state is not ItemState.OPEN and item.ticked_through is not Through.CHECK:
                continue
            if item.state is not wanted:
                _by_check(session, item, wanted, words, told=key not in flapping)
                moved.append(item)
            elif item.state is ItemState.OPEN:
                item.ticked_through = None
            changed += 1
        tasks_follow(session, moved)
        return changed


def _seen_by_all(key: str, result: CheckState | None, words: str) -> str:
    """What is said of a check on its items, which everybody reads: its evidence where that is for everybody."""
    check = CHECKS.get(key)
    if check is not None and check.sees is Permission.PLAN_VIEW:
        return words[:LONGEST]
    return f"Its self-check {_SAID.get(result, 'does not pass')}."


def _wanted(key: str, result: CheckState | None, *, exempt: bool) -> ItemState:
    """What an item should be by its check: open while what the check is about is still to come."""
    if result is CheckState.PASSED:
        return ItemState.TICKED
    if exempt:
        return ItemState.EXEMPT
    check = CHECKS.get(key)
    lacking = result is CheckState.NOT_APPLICABLE and check is not None and check.may_lack
    return ItemState.NOT_APPLICABLE if lacking else ItemState.OPEN


def _by_check(session: Session, item: ChecklistItem, wanted: ItemState, words: str, *, told: bool) -> None:
    """Set an item as its check has it; of one that flaps it is not said again and again."""
    if wanted is ItemState.TICKED:
        item.reason = None
        _tick(session, item, Through.CHECK, words, told=told)
        return
    _open(session, item, words, told=told and wanted is ItemState.OPEN)
    item.state = wanted
    item.reason = words or "Its self-check does not apply" if wanted is ItemState.NOT_APPLICABLE else None
    item.ticked_through = None if wanted is ItemState.OPEN else Through.CHECK


def _tick(session: Session, item: ChecklistItem, through: Through, words: str, *, told: bool = True) -> None:
    item.state, item.ticked_through = ItemState.TICKED, through
    item.ticked_at, item.ticked_by_id = instant(session), None
    item.evidence_text = item.evidence_text or words
    if told:
        _say(session, item, f"Ticked. {words}")


def _open(session: Session, item: ChecklistItem, words: str, *, told: bool = True) -> None:
    if item.evidence_text and item.ticked_by_id is None and _is_the_products(session, item):
        item.evidence_text = ""
    item.state, item.ticked_through, item.ticked_at, item.ticked_by_id = ItemState.OPEN, None, None, None
    if told:
        _say(session, item, f"Opened again. {words}")


def _is_the_products(session: Session, item: ChecklistItem) -> bool:
    """Whether the product itself wrote the evidence of an item, and nobody after it: it goes with the tick."""
    written = sa.select(Change.actor).where(
        Change.entity == ChecklistItem.__tablename__,
        Change.entity_id == item.id,
        Change.field == "evidence_text",
    )
    return session.scalar(written.order_by(Change.id.desc()).limit(1)) == SYSTEM.username


def _say(session: Session, item: ChecklistItem, words: str) -> None:
    session.add(Comment(entity=ChecklistItem.__tablename__, entity_id=item.id, body=words, author_id=None))
