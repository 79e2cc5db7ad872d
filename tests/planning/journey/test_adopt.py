"""The plan that Orchestrator AI keeps, adopted and followed without overwriting what is edited here."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchflow.errors import Forbidden, NotFound
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.users import add_user
from orchflow.planning.journey.adopt import adopt, keep_in_step, platform_plans
from orchflow.planning.sprints.sprints import list_sprints
from orchflow.planning.work.efforts import list_efforts
from orchflow.planning.work.projects import list_projects
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import list_tasks, update_task
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

ROWS: dict[str, list[dict[str, Any]]] = {
    "platform_efforts": [{"effort_id": "e1", "name": "Roll-out", "status": "in_progress", "order_index": 1}],
    "platform_projects": [
        {"project_id": "p1", "effort_id": "e1", "name": "Pilot", "status": "blocked", "order_index": 1}
    ],
    "platform_journey_tasks": [
        {"task_id": "t1", "project_id": "p1", "title": "Install", "status": "completed", "order_index": 1},
        {"task_id": "t2", "project_id": "p1", "title": "Decide", "status": "blocked", "order_index": 2,
         "assignee_id": "u1", "due_date": date(2026, 5, 4), "is_milestone": True, "documentation_url": "https://x/y"},
        {"task_id": "t3", "project_id": "p1", "title": "Skip it", "status": "skipped", "order_index": 3},
        {"task_id": "t4", "project_id": "p1", "title": "Later", "status": "pending", "order_index": 4},
    ],
    "platform_teams": [{"team_id": "team1", "name": "Platform"}],
    "platform_sprints": [
        {"sprint_id": "s1", "team_id": "team1", "name": "Sprint 7", "start_date": date(2026, 5, 4), "end_date": date(2026, 5, 8)}
    ],
    "platform_board_tasks": [
        {"task_id": "b1", "team_id": "team1", "title": "Today's work", "status": "today", "sprint_id": "s1", "assigned_to": "Somebody"},
        {"task_id": "b2", "team_id": "team1", "title": "Its part", "status": "projects", "parent_task_id": "b1"},
        {"task_id": "b3", "team_id": "team1", "title": "In the pilot", "status": "done", "project_id": "p1"},
    ],
    "platform_users": [{"user_id": "u1", "email": "ann@example.com", "display_name": "Ann", "service": False, "present": True}],
}  # fmt: skip


def mirror(ws: Workspace, rows: dict[str, list[dict[str, Any]]]) -> None:
    with ws.warehouse.write() as tx:
        for table, found in rows.items():
            tx.execute(Query.of("empty", f"delete from {table}"), {})
            for row in found:
                values = {"source": "main", **row}
                names, places = ", ".join(values), ", ".join(f"${name}" for name in values)
                tx.execute(Query.of("fill", f"insert into {table} ({names}) values ({places})"), values)


@pytest.fixture
def mirrored(ws: Workspace) -> Workspace:
    mirror(ws, ROWS)
    return ws


def changed(table: str, key: str, **values: Any) -> dict[str, list[dict[str, Any]]]:
    return {**ROWS, table: [{**row, **values} if key in row.values() else row for row in ROWS[table]]}


def tasks(ws: Workspace) -> dict[str, TaskRow]:
    return {str(task.external_id): task for task in list_tasks(ws.store, SYSTEM)}


def test_everything_there_is_adopted_with_its_status(mirrored: Workspace) -> None:
    ann, _ = add_user(
        mirrored.store, SYSTEM, username="ann", email="ann@example.com", display_name="Ann", role="member"
    )
    report = adopt(mirrored, SYSTEM, "main")
    assert report.problems == ()
    found = tasks(mirrored)
    assert {key: task.status for key, task in found.items()} == {
        "t1": "done", "t2": "blocked", "t3": "cancelled", "t4": "backlog", "b1": "ready", "b2": "backlog", "b3": "done",
    }  # fmt: skip
    task = found["t2"]
    assert (task.due, task.milestone, task.assignee_id) == (date(2026, 5, 4), True, ann.id)
    assert task.description == "Documentation: https://x/y"
    assert [effort.name for effort in list_efforts(mirrored.store, SYSTEM)] == ["Roll-out", "Team boards"]
    projects = {project.name: project for project in list_projects(mirrored.store, SYSTEM)}
    assert projects["Pilot"].status == "blocked"
    assert found["b1"].project_id == found["b2"].project_id == projects["Board of Platform"].id
    assert (found["b2"].parent_id, found["b3"].project_id) == (found["b1"].id, projects["Pilot"].id)
    (sprint,) = list_sprints(mirrored.store, SYSTEM)
    assert (sprint.name, found["b1"].sprint_id) == ("Platform: Sprint 7", sprint.id)
    assert [note.row for note in report.notes] == ["b1"]


def test_following_without_a_change_writes_nothing(mirrored: Workspace) -> None:
    adopt(mirrored, SYSTEM, "main")
    version = mirrored.store.version("plan")
    (report,) = keep_in_step(mirrored)
    assert (report.created, report.updated) == (0, 0)
    assert mirrored.store.version("plan") == version


def test_what_changes_there_changes_here(mirrored: Workspace) -> None:
    adopt(mirrored, SYSTEM, "main")
    mirror(mirrored, changed("platform_journey_tasks", "t4", status="in_progress", title="Now"))
    keep_in_step(mirrored)
    assert (tasks(mirrored)["t4"].status, tasks(mirrored)["t4"].title) == ("in_progress", "Now")


def test_an_edit_here_wins_field_by_field_and_is_shown(mirrored: Workspace) -> None:
    adopt(mirrored, SYSTEM, "main")
    task = tasks(mirrored)["t4"]
    update_task(mirrored.store, SYSTEM, task.id, task.version, {"title": "My words"})
    mirror(mirrored, changed("platform_journey_tasks", "t4", status="in_progress", title="Their words"))
    for _ in range(2):
        (report,) = keep_in_step(mirrored)
        assert [(kept.field, kept.plan, kept.file) for kept in report.kept] == [
            ("name", "My words", "Their words")
        ]
        assert (tasks(mirrored)["t4"].title, tasks(mirrored)["t4"].status) == ("My words", "in_progress")


def test_what_is_deleted_there_stays_here_and_is_named(mirrored: Workspace) -> None:
    adopt(mirrored, SYSTEM, "main")
    gone = {**ROWS, "platform_journey_tasks": ROWS["platform_journey_tasks"][:3]}
    mirror(mirrored, gone)
    (report,) = keep_in_step(mirrored)
    assert ("t4", "'Later' was deleted there; it stays here") in [
        (note.row, note.message) for note in report.notes
    ]
    assert "t4" in tasks(mirrored)


def test_a_plan_is_followed_only_once_it_was_adopted(mirrored: Workspace) -> None:
    assert [(plan.source, plan.tasks, plan.adopted) for plan in platform_plans(mirrored, SYSTEM)] == [
        ("main", 7, False)
    ]
    assert keep_in_step(mirrored) == []
    assert tasks(mirrored) == {}
    adopt(mirrored, SYSTEM, "main", dry_run=True)
    assert tasks(mirrored) == {}
    adopt(mirrored, SYSTEM, "main")
    assert platform_plans(mirrored, SYSTEM)[0].adopted


def test_an_unknown_status_is_named_at_its_task(mirrored: Workspace) -> None:
    mirror(mirrored, changed("platform_journey_tasks", "t4", status="somewhere"))
    report = adopt(mirrored, SYSTEM, "main")
    assert [(problem.row, problem.column) for problem in report.problems] == [("t4", "status")]
    assert len(tasks(mirrored)) == 6


def test_only_managers_adopt_and_only_what_is_there(mirrored: Workspace, viewer: Actor) -> None:
    with pytest.raises(Forbidden):
        adopt(mirrored, viewer, "main")
    with pytest.raises(NotFound, match="other keeps no plan"):
        adopt(mirrored, SYSTEM, "other")
