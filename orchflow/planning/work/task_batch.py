"""One save of many tasks: everything it needs is read once for all of them, everything good is written at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.people.permissions import Actor
from orchflow.planning.tables import Priority, Task
from orchflow.planning.work import rules, workflow
from orchflow.planning.work.references import References, taken
from orchflow.planning.work.removal import TREE
from orchflow.planning.work.rows import TaskRow, row_of
from orchflow.planning.work.task_edits import NewTask, TaskEdit, TaskOutcome
from orchflow.planning.work.task_rules import TaskRules
from orchflow.planning.work.task_tree import Node, TaskTree, subtree
from orchflow.store import locks
from orchflow.store.merge import EditOutcome, RowEdit, lock_rows, save_many

_STRUCTURE = frozenset({"project_id", "parent_id", "position"})


class TaskBatch:
    """The edits of one save. Made before its unit begins, so that the unit is short; then `write` once."""

    def __init__(self, actor: Actor, edits: Sequence[TaskEdit]) -> None:
        self._actor = actor
        self._edits = edits
        self._values: list[dict[str, Any]] = []
        self._parents: dict[int, str] = {}
        self._outcomes: list[TaskOutcome | None] = [None] * len(edits)
        seen: set[str] = set()
        for at, edit in enumerate(edits):
            changes = dict(edit.changes)
            if isinstance(parent := changes.get("parent_id"), NewTask):
                self._parents[at] = parent.key
                del changes["parent_id"]
            values, problems = rules.read("task", changes, edit.name)
            if edit.id is None:
                problems += [
                    problem
                    for problem in rules.missing("task", changes, edit.name)
                    if problem.field != "project_id"
                ]
                if edit.key is not None and edit.key in seen:
                    problems.append(Problem(edit.key, "key", "is given to two new tasks"))
                seen.add(edit.key or "")
            elif edit.version is None:
                problems.append(Problem(edit.name, "version", "is needed to edit a stored task"))
            self._values.append(values)
            if problems:
                self._refuse(at, problems)

    def write(self, session: Session) -> tuple[TaskOutcome, ...]:
        """Write every edit that is good; the outcomes in the order of the edits."""
        if any(edit.id is None or edit.changes.keys() & _STRUCTURE for edit in self._edits):
            locks.take(session, TREE)
        rules_ = self._rules(session)
        self._edit(session, rules_)
        self._add(session, rules_)
        assert all(outcome is not None for outcome in self._outcomes)
        return tuple(outcome for outcome in self._outcomes if outcome is not None)

    def _rules(self, session: Session) -> TaskRules:
        parents = {value for values in self._values if (value := values.get("parent_id"))}
        moved = {
            edit.id for edit, values in zip(self._edits, self._values, strict=True) if "project_id" in values
        }
        above = (
            set(session.scalars(sa.select(Task.parent_id).where(Task.id.in_(moved - {None}))))
            if moved - {None}
            else set()
        )
        self._tree = TaskTree(session, {number for number in parents | above if number is not None})
        self._meaning = workflow.states_in(session)
        keys = [(v.get("external_source"), v.get("external_id")) for v in self._values]
        self._taken = taken(session, Task, ("external_source", "external_id"), keys)
        return TaskRules(
            self._actor,
            usable=workflow.usable(session),
            meaning=self._meaning,
            references=References(session, self._values),
            tree=self._tree,
            taken=self._taken,
        )

    def _edit(self, session: Session, rules_: TaskRules) -> None:
        """Tasks that are stored already."""
        places = [at for at, edit in enumerate(self._edits) if edit.id is not None and not self._outcomes[at]]
        todo = [
            RowEdit(self._edits[at].id or 0, self._edits[at].version or 0, self._values[at]) for at in places
        ]
        names = {self._edits[at].id: self._edits[at].name for at in places}
        came_from: dict[int, int] = {}

        def check(row: Task, values: dict[str, Any]) -> list[Problem]:
            problems = rules_.for_edit(row, values, names[row.id])
            if not problems and "project_id" in values:
                came_from[row.id] = row.project_id
            return problems

        outcomes = save_many(session, Task, todo, check) if todo else []
        self._take_along(session, came_from)
        for at, outcome in zip(places, outcomes, strict=True):
            self._outcomes[at] = self._told(at, outcome, rules_)

    def _told(self, at: int, outcome: EditOutcome[Task], rules_: TaskRules) -> TaskOutcome:
        edit = self._edits[at]
        row = row_of(TaskRow, outcome.row) if outcome.row is not None else None
        if outcome.gone:
            return TaskOutcome(
                edit.id, edit.key, "refused", problems=(Problem(edit.name, "id", outcome.gone),), gone=True
            )
        if outcome.problems:
            problems = tuple(Problem(edit.name, p.field, p.message) for p in outcome.problems)
            forbidden = edit.id in rules_.forbidden
            return TaskOutcome(edit.id, edit.key, "refused", row, problems=problems, forbidden=forbidden)
        if outcome.conflicts:
            return TaskOutcome(edit.id, edit.key, "conflict", row, tuple(outcome.conflicts))
        return TaskOutcome(edit.id, edit.key, "merged" if outcome.merged else "saved", row)

    def _take_along(self, session: Session, came_from: dict[int, int]) -> None:
        """What stands below a task goes with it to another project, without its goal of the old one."""
        for root in sorted(came_from):
            project_id = session.get_one(Task, root).project_id
            below = [task_id for level in subtree(session, [root]) for task_id in level]
            for task in lock_rows(session, Task, below).values():
                if task.project_id != project_id:
                    task.project_id, task.goal_id = project_id, None
        if came_from:
            session.flush()

    def _add(self, session: Session, rules_: TaskRules) -> None:
        """New tasks; those under other new tasks after these."""
        waiting = [at for at, edit in enumerate(self._edits) if edit.id is None and not self._outcomes[at]]
        numbers: dict[str, int] = {}
        last: dict[int, float] = {}
        while waiting:
            coming = {self._edits[at].key for at in waiting}
            ready = [at for at in waiting if self._parents.get(at) not in coming or at not in self._parents]
            if not ready:
                for at in waiting:
                    self._refuse(at, [self._of(at, "parent_id", "the new tasks stand under each other")])
                return
            made: list[tuple[int, Task]] = []
            for at in ready:
                if task := self._new(session, at, rules_, numbers, last):
                    made.append((at, task))
            session.flush()
            for at, task in made:
                edit = self._edits[at]
                if edit.key is not None:
                    numbers[edit.key] = task.id
                self._tree.put(task.id, Node(task.parent_id, task.project_id, task.title))
                self._outcomes[at] = TaskOutcome(task.id, edit.key, "saved", row_of(TaskRow, task))
            waiting = [at for at in waiting if at not in set(ready)]

    def _new(
        self,
        session: Session,
        at: int,
        rules_: TaskRules,
        numbers: dict[str, int],
        last: dict[int, float],
    ) -> Task | None:
        values = self._values[at]
        if at in self._parents:
            if self._parents[at] not in numbers:
                self._refuse(at, [self._of(at, "parent_id", "its parent was not saved")])
                return None
            values["parent_id"] = numbers[self._parents[at]]
        problems = rules_.for_new(values, self._edits[at].name)
        if problems:
            self._refuse(at, problems, forbidden=problems[0].field == "task")
            return None
        key = (values.get("external_source"), values.get("external_id"))
        if None not in key:
            self._taken[key] = 0
        project_id = values["project_id"]
        if "position" not in values:
            if project_id not in last:
                highest = sa.select(sa.func.max(Task.position)).where(Task.project_id == project_id)
                last[project_id] = session.scalar(highest) or 0.0
            last[project_id] += 1.0
            values["position"] = last[project_id]
        values.setdefault("description", "")
        values.setdefault("labels", [])
        values.setdefault("priority", Priority.NORMAL)
        values.setdefault("milestone", False)
        task = Task(**values)
        session.add(task)
        return task

    def _of(self, at: int, field: str, message: str) -> Problem:
        return Problem(self._edits[at].name, field, message)

    def _refuse(self, at: int, problems: Sequence[Problem], *, forbidden: bool = False) -> None:
        edit = self._edits[at]
        self._outcomes[at] = TaskOutcome(
            edit.id, edit.key, "refused", problems=tuple(problems), forbidden=forbidden
        )
