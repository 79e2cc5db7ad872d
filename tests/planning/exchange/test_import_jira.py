"""Jira's CSV export as tasks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from orchflow.people.permissions import SYSTEM
from orchflow.planning.exchange.import_file import import_plan
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.history import task_changes
from orchflow.planning.sprints.sprints import create_sprint, list_sprints
from orchflow.planning.work.efforts import list_efforts
from orchflow.planning.work.projects import list_projects
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import list_tasks
from orchflow.store.engine import Store
from tests.planning.conftest import AddPerson

EXPORT = """Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Priority,Assignee,Reporter,Created,Resolved,Due date,Sprint,Sprint,Labels,Labels,Original Estimate,Custom field (Story Points),Custom field (Epic Link),Parent id,Description
Write the test,PLAT-4,10004,Sub-task,To Do,PLAT,Platform,Medium,,jo,04/May/26 9:30 AM,,,,,,,,,,10002,
Build the login,PLAT-2,10002,Story,In Progress,PLAT,Platform,Highest,ada,jo,02/May/26 9:30 AM,,30/May/26 12:00 AM,Sprint 1,Sprint 2,web,auth,7200,5.0,PLAT-1,,"Two lines
of text"
Choose a library,PLAT-3,10003,Story,Done,PLAT,Platform,Low,Nobody Known,jo,02/May/26 9:30 AM,05/May/26 4:15 PM,,Sprint 1,,,,,3,PLAT-1,,
Sign-in,PLAT-1,10001,Epic,Won't Do,PLAT,Platform,Trivial,,jo,01/May/26 9:30 AM,,,,,,,,,,,
"""


def read(store: Store, text: str = EXPORT, **options: object) -> ImportReport:
    return import_plan(store, SYSTEM, text.encode(), filename="jira.csv", **options)  # type: ignore[arg-type]


def tasks(store: Store) -> dict[str, TaskRow]:
    return {str(task.external_id): task for task in list_tasks(store, SYSTEM)}


def test_every_issue_becomes_a_task_under_its_parent(store: Store, add_person: AddPerson) -> None:
    ada = add_person("ada")
    report = read(store)
    assert (report.format, report.problems) == ("jira", ())
    found = tasks(store)
    story = found["PLAT-2"]
    assert found["PLAT-4"].parent_id == story.id
    assert story.parent_id == found["PLAT-3"].parent_id == found["PLAT-1"].id
    assert (story.status, story.priority, story.points, story.estimated_hours) == (
        "in_progress",
        "urgent",
        5,
        Decimal(2),
    )
    assert (story.due, story.labels, story.assignee_id) == (date(2026, 5, 30), ["web", "auth"], ada.user_id)
    assert story.description == "Two lines\nof text"
    assert found["PLAT-1"].status == "cancelled"
    assert [(note.row, note.column) for note in report.notes] == [(4, "Assignee")]


def test_the_jira_project_becomes_a_project_and_the_sprints_come_along(store: Store) -> None:
    read(store)
    assert [(effort.name, effort.external_source) for effort in list_efforts(store, SYSTEM)] == [
        ("Jira", "jira")
    ]
    assert [(project.name, project.external_id) for project in list_projects(store, SYSTEM)] == [
        ("Platform", "PLAT")
    ]
    sprints = {sprint.id: sprint.name for sprint in list_sprints(store, SYSTEM)}
    assert sorted(sprints.values()) == ["Sprint 1", "Sprint 2"]
    assert sprints[tasks(store)["PLAT-2"].sprint_id or 0] == "Sprint 2"


def test_a_second_import_changes_nothing_and_a_changed_issue_is_updated(store: Store) -> None:
    read(store)
    version = store.version("plan")
    assert read(store).updated == 0
    assert store.version("plan") == version
    report = read(
        store,
        EXPORT.replace("Build the login,", "Build the sign-in,").replace(
            "Story,In Progress", "Story,Code Review"
        ),
    )
    assert (report.created, report.updated) == (0, 1)
    assert (tasks(store)["PLAT-2"].title, tasks(store)["PLAT-2"].status) == ("Build the sign-in", "in_review")


def test_when_an_issue_was_made_and_resolved_is_its_past(store: Store) -> None:
    read(store)
    past = [
        e
        for e in task_changes(store, SYSTEM, tasks(store)["PLAT-3"].id)
        if e.imported and e.field == "status"
    ]
    assert [(e.new, e.by, e.occurred_at) for e in past] == [
        ("backlog", "jo", datetime(2026, 5, 2, 9, 30, tzinfo=UTC)),
        ("done", "jo", datetime(2026, 5, 5, 16, 15, tzinfo=UTC)),
    ]


def test_one_project_may_take_every_issue(store: Store, project: int) -> None:
    read(store, into="1.1")
    assert {task.project_id for task in list_tasks(store, SYSTEM)} == {project}
    assert len(list_projects(store, SYSTEM)) == 1


def test_a_status_of_this_jira_alone_is_named_and_its_category_understood(store: Store) -> None:
    text = "Summary,Issue key,Status,Status Category\na,P-1,Cooking,In Progress\nb,P-2,Cooking,\n"
    report = read(store, text)
    assert tasks(store)["P-1"].status == "in_progress"
    ((row, column),) = [(problem.row, problem.column) for problem in report.problems]
    assert (row, column) == (3, "Status")


def test_a_parent_in_another_project_is_left_out_with_a_note(store: Store) -> None:
    report = read(store, "Summary,Issue key,Parent\na,P-1,\nb,Q-2,P-1\n")
    assert report.problems == ()
    assert tasks(store)["Q-2"].parent_id is None
    assert "P-1 is in another project" in report.notes[0].message


def test_a_parent_outside_of_the_export_is_left_out_with_a_note(store: Store) -> None:
    report = read(
        store, "Summary,Issue key,Issue id,Parent,Epic Link\na,P-2,2,1,\nb,P-3,3,,P-1\nc,P-4,4,2,\n"
    )
    assert (report.created, report.problems) == (5, ())
    assert {key: task.parent_id for key, task in tasks(store).items()} == {
        "P-2": None,
        "P-3": None,
        "P-4": tasks(store)["P-2"].id,
    }
    assert [(note.row, note.column) for note in report.notes] == [(2, "Parent"), (3, "Parent")]


def test_what_was_closed_without_being_made_is_cancelled(store: Store) -> None:
    read(
        store,
        "Summary,Issue key,Status,Resolution\na,P-1,Done,Won't Do\nb,P-2,Closed,Cannot Reproduce\nc,P-3,Done,Done\n",
    )
    assert [task.status for task in tasks(store).values()] == ["cancelled", "cancelled", "done"]


def test_a_sprint_of_another_name_is_another_sprint(store: Store) -> None:
    create_sprint(store, SYSTEM, number=1, name="Garden 1")
    read(store, "Summary,Issue key,Sprint\na,P-1,Sprint 1\n")
    sprints = {sprint.id: sprint.name for sprint in list_sprints(store, SYSTEM)}
    assert sorted(sprints.values()) == ["Garden 1", "Sprint 1"]
    assert sprints[tasks(store)["P-1"].sprint_id or 0] == "Sprint 1"
