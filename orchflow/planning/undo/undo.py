"""Take back what one request did to the plan, from the history; what others have changed since stays theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Forbidden, Invalid, NotFound, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.sprints.rules import SprintRules, refuse_second
from orchflow.planning.sprints.sprints import SPRINTS
from orchflow.planning.tables import CheckExemption, ChecklistItem, Comment, Sprint, SprintState, Task
from orchflow.planning.undo.edits import put_back
from orchflow.planning.undo.new_rows import take_away
from orchflow.planning.undo.removals import bring_back
from orchflow.planning.undo.trace import Trace
from orchflow.planning.undo.undoable import undoable
from orchflow.planning.work.dependencies import DEPENDENCIES
from orchflow.planning.work.own_items import OWN_ITEM_FIELDS, OwnItems
from orchflow.planning.work.rules import TREE
from orchflow.planning.work.tasks import OWN_FIELDS, TASKS
from orchflow.store import locks
from orchflow.store.encoding import decode
from orchflow.store.engine import Store
from orchflow.store.entity import DECLARED, Entity
from orchflow.store.merge import lock_rows
from orchflow.store.request import UNDOING, new_request, races_explained
from orchflow.store.rules import Rules
from orchflow.store.tables import Change

_PLAN_LOCKS = (TREE, SPRINTS.lock, DEPENDENCIES.lock)
"""In the order in which an import takes them."""


@dataclass(frozen=True)
class UndoReport:
    """What was taken back; `left` names what was not and why. `request` takes the undoing itself back."""

    request: str
    restored: int
    changed: int
    removed: int
    left: list[Problem] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many rows are as they were before."""
        return self.restored + self.changed + self.removed


def undo(store: Store, actor: Actor, request: str) -> UndoReport:
    """Bring back the rows that `request` deleted, put back the fields it changed, remove the rows it made.

    Fields and rows that somebody else has changed since are left and named. A manager may undo anything of the plan,
    of what is kept about costs and risks and of rules of alerts, a member their own edits of their tasks and whatever they did to their own rules
    of alerts, an administrator changes of job roles. NotFound when the request changed nothing; Invalid, and nothing is taken
    back, when a sprint would run or lie beside another one of its team.
    """
    actor.require(Permission.PLAN_EDIT_OWN)
    own = new_request(UNDOING)
    with races_explained(), store.unit(actor, own) as session:
        for lock in _PLAN_LOCKS:
            locks.take(session, lock)
        traces = list(_traces(session, request))
        if not traces:
            raise NotFound("There is nothing to undo", "It may have been undone already.")
        _by_who_decided(actor, traces)
        for permission in {Permission(trace.model.__undo__) for trace in traces} - {Permission.PLAN_EDIT}:
            actor.require(permission)
        _take_locks(session, traces)
        if not actor.may(Permission.PLAN_EDIT):
            _only_own(session, actor, traces)
        left: list[Problem] = []
        restored = bring_back(session, [trace for trace in traces if trace.deleted], left)
        changed = put_back(session, [trace for trace in traces if trace.edited], left)
        removed = take_away(session, [trace for trace in traces if trace.made], left)
        _refuse_clashes(session, actor, [trace for trace in traces if trace.model is Sprint])
        _refuse_what_came_since(session, actor, traces)
        _settle(session, actor, traces)
        return UndoReport(own, restored, changed, removed, left)


def _traces(session: Session, request: str) -> Iterator[Trace]:
    """What the request did to each row, in the order in which it came to them."""
    changes = sa.select(
        Change.entity, Change.entity_id, Change.action, Change.field, Change.old, Change.new,
        Change.version, Change.id, Change.actor,
    ).where(
        Change.request == request,
        Change.entity.in_(undoable()),
        Change.action.in_(["insert", "update", "delete"]),
    )  # fmt: skip
    rows: dict[tuple[str, int], list[Any]] = {}
    for entity, row_id, *change in session.execute(changes.order_by(Change.id)):
        rows.setdefault((entity, row_id), []).append(change)
    for (entity, row_id), steps in rows.items():
        yield Trace.of(entity, row_id, steps)


def _take_locks(session: Session, traces: Sequence[Trace]) -> None:
    """Those under which the rules of the other rows hold."""
    declared = (DECLARED.get(trace.model) for trace in traces)
    for lock in sorted(
        {entity.lock for entity in declared if entity and entity.lock}.difference(_PLAN_LOCKS)
    ):
        locks.take(session, lock)


def _refuse_what_came_since(session: Session, actor: Actor, traces: Sequence[Trace]) -> None:
    """Invalid when rows as they are now clash with others that came since."""
    for model in {trace.model for trace in traces if not trace.made}:
        entity = DECLARED.get(model)
        if entity is None or entity.rules.clashes is Rules.clashes:
            continue
        rows = lock_rows(session, model, {trace.row_id for trace in traces if trace.model is model})
        if problems := entity.rules(entity, session, actor, []).clashes(rows.values()):
            raise Invalid(problems, "Change what came since first.")


def _settle(session: Session, actor: Actor, traces: Sequence[Trace]) -> None:
    """Bring in line what follows from the rows."""
    for model in {trace.model for trace in traces}:
        entity = DECLARED.get(model)
        if entity is None or entity.rules.settle is Rules.settle:
            continue
        of_model = [trace for trace in traces if trace.model is model]
        there = lock_rows(session, model, {trace.row_id for trace in of_model})
        columns = sa.inspect(model).columns
        rows = [
            {name: getattr(there[trace.row_id], name) for name in entity.fields}
            if trace.row_id in there
            else {
                name: decode(columns[name].type, value)
                for name, value in (trace.after if trace.made else trace.before).items()
                if name in entity.fields
            }
            for trace in of_model
        ]
        entity.rules(entity, session, actor, []).settle(rows)


def _refuse_clashes(session: Session, actor: Actor, traces: list[Trace]) -> None:
    """Invalid when a sprint as it is now clashes with another one of its team, which came or began since."""
    sprints = lock_rows(session, Sprint, {trace.row_id for trace in traces})
    for sprint in sprints.values():
        now = {name: getattr(sprint, name) for name in ("team_id", "number", "start", "end")}
        problems = SprintRules(SPRINTS, session, actor, [now]).problems(sprint, now.__getitem__, dict(now))
        if problems:
            raise Invalid(problems, "Move the other sprint first.")
        if sprint.state is SprintState.ACTIVE:
            refuse_second(session, sprint)


def _by_who_decided(actor: Actor, traces: list[Trace]) -> None:
    """Forbidden when somebody else decided upon an exemption: it would be decided anew, by whoever asked for it perhaps."""
    if any(trace.model is CheckExemption and trace.actor != actor.username for trace in traces):
        raise Forbidden(
            "Only who decided upon an exemption takes that back", "End it, or ask for another one."
        )


def _only_own(session: Session, actor: Actor, traces: list[Trace]) -> None:
    tasks = lock_rows(session, Task, {trace.row_id for trace in traces if trace.model is Task})
    items = lock_rows(session, ChecklistItem, {t.row_id for t in traces if t.model is ChecklistItem})
    own_items = OwnItems(session, actor)
    kept_by_all = {
        model: entity
        for model in {trace.model for trace in traces} - {Task, ChecklistItem}
        if (entity := DECLARED.get(model)) and entity.add and entity.owner
    }
    theirs = {
        model: lock_rows(session, model, {trace.row_id for trace in traces if trace.model is model})
        for model in kept_by_all
    }

    def own(trace: Trace) -> bool:
        if trace.model in (Comment, CheckExemption):
            return True
        if entity := kept_by_all.get(trace.model):
            return actor.may(entity.add) and _theirs(
                entity, trace, theirs[trace.model].get(trace.row_id), actor
            )
        task, item = tasks.get(trace.row_id), items.get(trace.row_id)
        if trace.model is Task and task is not None:
            return TASKS.owned_by(task, actor) and trace.before.keys() <= OWN_FIELDS
        if trace.model is ChecklistItem and item is not None:
            return own_items.has(item) and trace.before.keys() <= OWN_ITEM_FIELDS
        return False

    for trace in traces:
        if (
            trace.actor != actor.username
            or not own(trace)
            or not (trace.edited or trace.model in (Comment, CheckExemption) or trace.model in kept_by_all)
        ):
            raise Forbidden(
                "Only a manager undoes more than one's own edits of one's own tasks and items",
                "Ask a manager.",
            )


def _theirs(entity: Entity[Any], trace: Trace, row: Any, actor: Actor) -> bool:
    """Whether a row of what everybody may add was theirs, is theirs, and was changed only in what its owner may change."""
    owners = {
        each[str(entity.owner)]
        for each in (trace.before, trace.after)
        if each.get(str(entity.owner)) is not None
    }
    if row is not None:
        owners.add(getattr(row, str(entity.owner)))
    own = {name for name, field in entity.fields.items() if field.own}
    return owners == {actor.user_id} and (not trace.edited or trace.before.keys() <= own)
