"""Sprints of files: known by name, and what is closed stays as it is."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from orchflow.errors import Invalid
from orchflow.people.permissions import SYSTEM
from orchflow.planning.exchange.export_file import export_bytes
from orchflow.planning.exchange.import_file import import_plan
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.history import record_past
from orchflow.planning.sprints.burndown import burndown_report
from orchflow.planning.sprints.sprints import list_sprints, update_sprint
from orchflow.planning.work.tasks import create_task, list_tasks
from orchflow.store.engine import Store
from orchflow.workspace import Workspace


def past(*steps: tuple[str, str | None, str]) -> list[dict[str, Any]]:
    return [
        {"occurred_at": f"{day}T09:00:00Z", "field": "status", "old": old, "new": new, "by": "ada"}
        for day, old, new in steps
    ]


PLAN = [
    {"level": "effort", "key": "E1", "name": "House"},
    {"level": "project", "key": "P1", "name": "Rooms", "effort": "E1"},
    {"level": "sprint", "key": "S1", "name": "First coat", "number": 1, "start": "2026-05-04", "due": "2026-05-15",
     "status": "closed", "started_at": "2026-05-04T09:00:00Z", "closed_at": "2026-05-15T17:00:00Z"},
    {"level": "task", "key": "T1", "name": "Paint the hall", "project": "P1", "status": "done", "sprint": "S1", "points": 5,
     "history": past(("2026-05-01", None, "backlog"), ("2026-05-06", "backlog", "done"))},
]  # fmt: skip


def read(store: Store, content: Any, name: str = "plan.json") -> ImportReport:
    data = content if isinstance(content, str) else json.dumps(content)
    return import_plan(store, SYSTEM, data.encode(), filename=name)


@pytest.fixture
def first_coat(store: Store) -> int:
    """A closed sprint that came from elsewhere, with five points committed and done."""
    assert read(store, PLAN).clean
    return list_sprints(store, SYSTEM)[0].id


def figures(space: Workspace, sprint_id: int) -> tuple[float, float]:
    report = burndown_report(space, SYSTEM, sprint_id)
    return report.committed, report.days[-1].scope - (report.days[-1].remaining or 0)


JIRA = "Summary,Issue key,Status,Project key,Created,Sprint,Custom field (Story Points)\n"


@pytest.mark.parametrize(
    "file",
    [
        (JIRA + "Mow,GRD-20,To Do,GRD,01/May/26 3:14 PM,Sprint 1,8\n", "jira.csv"),
        (JIRA + "Mow,GRD-20,To Do,GRD,01/May/26 3:14 PM,First coat,8\n", "jira.csv"),
        ("Title,Colour,Sprint,Project,Points\nMow,red,Sprint 1,1.1,8\n", "table.csv"),
        ("level,number,name,sprint,project,points\nsprint,1,Sprint 1,,,\ntask,,Mow,1,1.1,8\n", "own.csv"),
        ([{"level": "task", "key": "T9", "name": "Mow", "project": "P1", "sprint": "First coat", "points": 8,
           "history": past(("2026-05-01", None, "backlog"))}], "plan.json"),
        ([{"level": "task", "key": "T9", "name": "Mow", "project": "P1", "points": 8,
           "history": [{"occurred_at": "2026-05-01T09:00:00Z", "field": "sprint", "old": None, "new": "First coat"}]}],
         "plan.json"),
        ([{"level": "task", "key": "T1", "name": "Paint the hall", "project": "P1",
           "history": [{"occurred_at": "2026-05-02T09:00:00Z", "field": "points", "old": 5, "new": 13}]}], "plan.json"),
        ([{"level": "sprint", "name": "First coat", "number": 1, "start": "2026-05-04", "due": "2026-05-08", "focus": 0.5}],
         "plan.json"),
    ],
)  # fmt: skip
def test_a_closed_sprint_keeps_its_figures_whatever_is_imported(
    space: Workspace, store: Store, first_coat: int, file: tuple[Any, str]
) -> None:
    assert figures(space, first_coat) == (5, 5)
    read(store, *file)
    assert figures(space, first_coat) == (5, 5)
    sprint = next(sprint for sprint in list_sprints(store, SYSTEM) if sprint.id == first_coat)
    assert (sprint.name, sprint.end) == ("First coat", date(2026, 5, 15))
    assert all(task.sprint_id != first_coat for task in list_tasks(store, SYSTEM) if task.title == "Mow")


def test_another_name_is_another_sprint_whatever_its_number(store: Store, first_coat: int) -> None:
    report = read(
        store, "level,number,name,sprint,project\nsprint,1,Sprint 1,,\ntask,,Mow,1,1.1\n", "own.csv"
    )
    assert report.problems == ()
    assert [(note.row, note.column) for note in report.notes] == [(2, "number")]
    sprints = {sprint.id: (sprint.number, sprint.name) for sprint in list_sprints(store, SYSTEM)}
    assert sorted(sprints.values()) == [(1, "First coat"), (2, "Sprint 1")]
    (mow,) = (task for task in list_tasks(store, SYSTEM) if task.title == "Mow")
    assert sprints[mow.sprint_id or 0] == (2, "Sprint 1")


def test_the_same_file_again_says_nothing_of_the_closed_sprint(store: Store, first_coat: int) -> None:
    again = read(store, PLAN)
    assert (again.updated, again.notes, again.problems) == (0, (), ())


def test_a_sprint_that_was_renamed_here_is_known_in_an_export(store: Store, first_coat: int) -> None:
    exported = export_bytes(store, SYSTEM, ".json").decode()
    sprint = list_sprints(store, SYSTEM)[0]
    update_sprint(store, SYSTEM, sprint.id, sprint.version, {"name": "Hall and stairs"})
    report = read(store, exported)
    assert (report.problems, len(list_sprints(store, SYSTEM))) == ((), 1)
    assert list_sprints(store, SYSTEM)[0].name == "Hall and stairs"


def test_a_past_told_later_is_refused_where_it_would_change_a_closed_sprint(
    space: Workspace, store: Store, first_coat: int
) -> None:
    project = list_tasks(store, SYSTEM)[0].project_id
    late = create_task(store, SYSTEM, title="Late", project_id=project, sprint_id=first_coat, points=8)
    with store.unit(SYSTEM) as session:
        record_past(session, SYSTEM, {late.id: past(("2026-05-01", None, "backlog"))})
    assert figures(space, first_coat) == (5, 5)
    (paint,) = (task for task in list_tasks(store, SYSTEM) if task.external_id == "T1")
    with pytest.raises(Invalid, match="First coat is closed"), store.unit(SYSTEM) as session:
        record_past(session, SYSTEM, {paint.id: past(("2026-05-05", "backlog", "cancelled"))})


def test_what_comes_into_a_running_sprint_is_added_to_it_and_was_never_committed(
    space: Workspace, store: Store
) -> None:
    read(store, [*PLAN[:2], {"level": "sprint", "name": "Second coat", "start": "2026-05-18", "due": "2026-12-18",
                             "status": "active", "started_at": "2026-05-18T09:00:00Z"}])  # fmt: skip
    (sprint,) = list_sprints(store, SYSTEM)
    report = read(store, JIRA + "Mow,GRD-20,To Do,GRD,01/May/26 3:14 PM,Second coat,8\n", "jira.csv")
    assert report.problems == ()
    burndown = burndown_report(space, SYSTEM, sprint.id)
    assert (burndown.committed, [change.change for day in burndown.days for change in day.scope_changes]) == (
        0,
        ["added"],
    )
