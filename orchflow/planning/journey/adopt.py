"""Adopt the plan that Orchestrator AI keeps (`orch_flow`), and keep it in step without overwriting what is edited here.

A field that was edited here since it was adopted stays as it is, and is shown. What is deleted there stays here, and
is named. Nothing is ever written to Orchestrator AI.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa

from orchflow.errors import NotFound
from orchflow.people.permissions import SYSTEM, Actor, Permission
from orchflow.people.platform_users import match, read_platform_users
from orchflow.people.tables import Team
from orchflow.people.users import list_users
from orchflow.planning.exchange.apply_document import apply_document
from orchflow.planning.exchange.records import Document, ImportProblem, Level, Record
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.tables import Effort, Goal, Project, State, Task
from orchflow.store.engine import Store
from orchflow.warehouse.sql import load_query
from orchflow.workspace import Workspace

JOURNEY_STATES: Final = {
    "pending": State.BACKLOG, "in_progress": State.IN_PROGRESS, "completed": State.DONE, "blocked": State.BLOCKED,
    "skipped": State.CANCELLED,
}  # fmt: skip
"""What the status of a journey task means here."""

BOARD_STATES: Final = {
    "projects": State.BACKLOG, "this_week": State.READY, "today": State.READY, "in_progress": State.IN_PROGRESS,
    "done": State.DONE,
}  # fmt: skip
"""What the column of a board task means here."""

_BLOCKED: Final = "Blocked in Orchestrator AI"
_BOARD: Final = "board"
_TITLE: Final = 300


@dataclass(frozen=True)
class PlatformPlan:
    """What a source keeps, and whether it was adopted here."""

    source: str
    efforts: int
    projects: int
    tasks: int
    adopted: bool


def platform_plans(ws: Workspace, actor: Actor) -> list[PlatformPlan]:
    """The plans there are to adopt, by source."""
    actor.require(Permission.PLAN_VIEW)
    taken = _adopted(ws.store)
    rows = ws.warehouse.query(load_query("orchflow.planning", "platform_plans"), {}).to_pylist()
    return [
        PlatformPlan(
            row["source"], int(row["efforts"]), int(row["projects"]), int(row["tasks"]),
            source_of(row["source"]) in taken,
        )
        for row in rows
    ]  # fmt: skip


def adopt(
    ws: Workspace, actor: Actor, source: str, *, dry_run: bool = False, request: str | None = None
) -> ImportReport:
    """Bring the plan that `source` keeps into the plan here; again whenever it should follow.

    `kept` of the report are fields in which the plan here differs because they were edited here. NotFound when the
    source keeps no plan.
    """
    actor.require(Permission.PLAN_EDIT)
    if source not in {plan.source for plan in platform_plans(ws, actor)}:
        raise NotFound(f"{source} keeps no plan", "Load the source first: orchflow ingest run.")
    document = _Mirror(ws, source).document()
    report = apply_document(ws.store, actor, document, dry_run=dry_run, take="plan", request=request)
    return replace(report, notes=(*report.notes, *_gone(ws.store, document)))


def keep_in_step(ws: Workspace, actor: Actor = SYSTEM) -> list[ImportReport]:
    """Follow every plan that was adopted, after it was loaded; the others are left alone."""
    actor.require(Permission.PLAN_EDIT)
    return [adopt(ws, actor, plan.source) for plan in platform_plans(ws, actor) if plan.adopted]


def source_of(source: str) -> str:
    """The `external_source` of rows adopted from a source."""
    return f"orch_flow {source}"[:64]


def _adopted(store: Store) -> set[str]:
    with store.read() as session:
        sources = [
            source
            for column in (Effort.external_source, Project.external_source, Task.external_source)
            for source in session.scalars(sa.select(column).where(column.startswith("orch_flow ")).distinct())
        ]
    return set(filter(None, sources))


def _gone(store: Store, document: Document) -> list[ImportProblem]:
    """What was adopted once and is there no more."""
    present = {(record.level, record.key) for record in document.records}
    notes = []
    with store.read() as session:
        for level, model, name in (
            (Level.EFFORT, Effort, Effort.name), (Level.PROJECT, Project, Project.name),
            (Level.GOAL, Goal, Goal.name), (Level.TASK, Task, Task.title),
        ):  # fmt: skip
            kept = sa.select(model.external_id, name).where(model.external_source == document.source)
            notes += [
                ImportProblem(str(key), level.value, f"{title!r} was deleted there; it stays here")
                for key, title in session.execute(kept)
                if (level, key) not in present
            ]
    return notes


class _Mirror:
    """Reads what the warehouse mirrors of one source."""

    def __init__(self, ws: Workspace, source: str) -> None:
        self._ws = ws
        self._source = source
        people = match(list_users(ws.store, SYSTEM), read_platform_users(ws.warehouse)).people
        self._people = {
            user.user_id: person.username for user, person in people.items() if user.source == source
        }
        with ws.store.read() as session:
            self._teams = set(session.scalars(sa.select(Team.name)))

    def document(self) -> Document:
        """Everything the source keeps, as records."""
        document = Document("orch_flow", source_of(self._source), foreign=True)
        efforts, projects = self._rows("platform_efforts"), self._rows("platform_projects")
        tasks, board = self._rows("platform_journey_tasks"), self._rows("platform_board_tasks")
        document.records += [self._sprint(row) for row in self._rows("platform_sprints")]
        document.records += [self._part(Level.EFFORT, row["effort_id"], row) for row in efforts]
        document.records += [
            self._part(Level.PROJECT, row["project_id"], row, effort=row["effort_id"]) for row in projects
        ]
        known = {row["project_id"] for row in projects}
        document.records += self._boards(board, known)
        document.records += [self._task(row) for row in tasks]
        document.records += [self._board_task(row, board, known) for row in board]
        for record in document.records:
            if (
                record.level is Level.TASK
                and (title := str(record.values["name"] or ""))
                and len(title) > _TITLE
            ):
                record.values["name"] = title[: _TITLE - 1] + "…"
        return document

    def _rows(self, query: str) -> list[dict[str, Any]]:
        table = self._ws.warehouse.query(load_query("orchflow.planning", query), {"source": self._source})
        rows: list[dict[str, Any]] = table.to_pylist()
        return rows

    def _part(self, level: Level, key: str, row: dict[str, Any], **values: Any) -> Record:
        named = {"name": row["name"] or key, "description": row["description"], "status": row["status"]}
        return Record(level, key, {**named, **values}, key)

    def _sprint(self, row: dict[str, Any]) -> Record:
        team = row["team"] if row["team"] in self._teams else None
        name = row["name"] or row["sprint_id"]
        if row["team"] and team is None:
            name = f"{row['team']}: {name}"
        values = {"name": name, "team": team, "start": row["start_date"], "due": row["end_date"]}
        return Record(Level.SPRINT, row["sprint_id"], values, row["sprint_id"])

    def _boards(self, board: list[dict[str, Any]], known: set[str]) -> list[Record]:
        """A project for each team whose board has tasks that are in none."""
        teams = {row["team_id"]: row["team"] for row in board if row["project_id"] not in known}
        if not teams:
            return []
        records = [Record(Level.EFFORT, _BOARD, {"name": "Team boards"}, _BOARD)]
        for team_id, team in teams.items():
            name = f"Board of {team}" if team else "Board"
            key = f"{_BOARD} {team_id or ''}".strip()
            records.append(Record(Level.PROJECT, key, {"name": name, "effort": _BOARD}, f"{key} project"))
        return records

    def _task(self, row: dict[str, Any]) -> Record:
        about = [
            row["description"],
            row["documentation_url"] and f"Documentation: {row['documentation_url']}",
        ]
        values = {
            "name": row["title"] or row["task_id"],
            "project": row["project_id"],
            "description": "\n\n".join(part for part in about if part),
            "due": row["due_date"],
            "milestone": bool(row["is_milestone"]),
            "assignee": self._person(row["assignee_id"]),
            **_status(JOURNEY_STATES.get(row["status"] or "pending"), row["status"]),
        }
        return Record(Level.TASK, row["task_id"], values, row["task_id"])

    def _board_task(self, row: dict[str, Any], board: list[dict[str, Any]], known: set[str]) -> Record:
        state = State.DONE if row["is_completed"] else BOARD_STATES.get(row["status"] or "projects")
        own = row["project_id"] in known
        values = {
            "name": row["title"] or row["task_id"],
            "project": row["project_id"] if own else f"{_BOARD} {row['team_id'] or ''}".strip() + " project",
            "description": row["description"],
            "due": row["due_date"],
            "sprint": row["sprint_id"],
            "assignee": row["assigned_to"] or self._person(row["user_id"]),
            **_status(state, row["status"]),
        }
        parents = {other["task_id"]: other for other in board}
        parent = parents.get(row["parent_task_id"])
        same = parent is not None and (
            parent["project_id"] == row["project_id"]
            if own
            else parent["project_id"] not in known and parent["team_id"] == row["team_id"]
        )
        values["parent"] = row["parent_task_id"] if same else None
        return Record(Level.TASK, row["task_id"], values, row["task_id"])

    def _person(self, user_id: str | None) -> str | None:
        return self._people.get(user_id, user_id) if user_id else None


def _status(state: State | None, word: str | None) -> dict[str, Any]:
    """A status that is not known here is passed on, to be named at its row."""
    if state is None:
        return {"status": word, "blocked_reason": None}
    return {"status": state.value, "blocked_reason": _BLOCKED if state is State.BLOCKED else None}
