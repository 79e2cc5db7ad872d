"""Tasks that another program keeps: parents in any order, all in one save, with what happened to them there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orchflow.api.bulk import Outcome, Result, by_key, pointing, refusal, repeated, report
from orchflow.api.problems import conflict_items
from orchflow.api.request_context import Caller
from orchflow.api.task_bodies import TaskItem
from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Permission
from orchflow.planning import history
from orchflow.planning.work import goals, projects, tasks
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import NewTask, TaskEdit, TaskOutcome


def upsert(caller: Caller, source: str, items: Sequence[TaskItem]) -> dict[str, Any]:
    """Add or change each task, and say of each what became of it."""
    given = [item.given() for item in items]
    past = [fields.pop("history", []) for fields in given]
    if any(past):
        caller.actor.require(Permission.PLAN_EDIT)
    refused = _sum(
        repeated(given),
        pointing(projects.list_projects, "project")(caller, source, given),
        pointing(goals.list_goals, "goal")(caller, source, given),
    )
    keys = {fields["external_id"] for fields in given}
    parents = {fields["parent_external_id"] for fields in given if fields.get("parent_external_id")}
    stored = {row.external_id: row for row in by_key(caller, tasks.list_tasks, source, keys | parents)}
    refused = _sum(refused, _parents(given, stored, keys))
    sent = [at for at, problems in enumerate(refused) if not problems]
    edits = [_edit(source, given[at], stored) for at in sent]
    saved = tasks.save_tasks(caller.store, caller.actor, edits, caller.request).outcomes if edits else ()
    outcomes = {at: _outcome(outcome, edit) for at, outcome, edit in zip(sent, saved, edits, strict=True)}
    _add_past(caller, outcomes, past)
    return report(
        outcomes[at] if at in outcomes else refusal(fields["external_id"], refused[at])
        for at, fields in enumerate(given)
    )


def _sum(*found: list[list[Problem]]) -> list[list[Problem]]:
    return [[problem for part in parts for problem in part] for parts in zip(*found, strict=True)]


def _parents(
    given: Sequence[dict[str, Any]], stored: dict[str, TaskRow], keys: set[str]
) -> list[list[Problem]]:
    problems: list[list[Problem]] = []
    for fields in given:
        parent = fields.pop("parent_external_id", None)
        wrong: list[Problem] = []
        if parent is not None and parent in stored:
            fields["parent_id"] = stored[parent].id
        elif parent is not None and parent in keys:
            fields["parent_id"] = NewTask(parent)
        elif parent is not None:
            wrong = [Problem(fields["external_id"], "parent_external_id", f"there is none with {parent!r}")]
        problems.append(wrong)
    return problems


def _edit(source: str, fields: dict[str, Any], stored: dict[str, TaskRow]) -> TaskEdit:
    key = fields["external_id"]
    row = stored.get(key)
    if row is None:
        return TaskEdit(None, None, {**fields, "external_source": source}, key)
    changes = {name: value for name, value in fields.items() if name != "external_id"}
    return TaskEdit(row.id, row.version, changes, key)


def _outcome(outcome: TaskOutcome, edit: TaskEdit) -> Outcome:
    key = edit.key or ""
    row_id = outcome.row.id if outcome.row else outcome.id
    if outcome.conflicts:
        return Outcome(key, "conflict", row_id, conflicts=tuple(conflict_items(outcome.conflicts)))
    if not outcome.stored or outcome.row is None:
        return Outcome(key, "refused", row_id, errors=refusal(key, outcome.problems).errors)
    result: Result = "created" if edit.id is None else "updated"
    if outcome.row.version == edit.version:
        result = "unchanged"
    return Outcome(key, result, outcome.row.id, outcome.row.version)


def _add_past(caller: Caller, outcomes: dict[int, Outcome], past: Sequence[list[dict[str, Any]]]) -> None:
    """Write the past of the tasks that are stored; where it is refused, the outcome says so."""
    rows = {
        outcome.id: (at, past[at])
        for at, outcome in outcomes.items()
        if past[at] and outcome.id is not None and outcome.outcome not in ("refused", "conflict")
    }
    if not rows:
        return
    refused: dict[int, list[Problem]] = {}
    with caller.store.unit(caller.actor, caller.request) as session:
        try:
            history.record_past(session, caller.actor, {row_id: past for row_id, (_, past) in rows.items()})
        except Invalid as error:
            for problem in error.problems:
                refused.setdefault(int(problem.row or 0), []).append(problem)
            good = {row_id: past for row_id, (_, past) in rows.items() if row_id not in refused}
            if good:
                history.record_past(session, caller.actor, good)
    for row_id, problems in refused.items():
        at = rows[row_id][0]
        before = outcomes[at]
        told = refusal(before.external_id, problems).errors
        outcomes[at] = Outcome(before.external_id, before.outcome, before.id, before.version, errors=told)
