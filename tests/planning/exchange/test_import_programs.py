"""The exports of other programs, in the form in which they write them: each is known by its headings."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pytest

from orchflow.errors import UsageError
from orchflow.people.permissions import SYSTEM
from orchflow.planning.exchange.import_file import import_plan
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.history import task_changes
from orchflow.planning.sprints.sprints import list_sprints
from orchflow.planning.undo.undo import undo
from orchflow.planning.work.dependencies import list_dependencies
from orchflow.planning.work.efforts import list_efforts
from orchflow.planning.work.projects import list_projects
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import list_tasks
from orchflow.store.engine import Store
from tests.planning.conftest import AddPerson

LINEAR = """"ID","Team","Title","Description","Status","Estimate","Priority","Project ID","Project","Creator","Assignee","Labels","Cycle Number","Cycle Name","Cycle Start","Cycle End","Created","Updated","Started","Triaged","Completed","Canceled","Archived","Due Date","Parent issue","Initiatives","Project Milestone ID","Project Milestone","SLA Status","UUID","Time in status (minutes)","Related to","Blocked by","Duplicate of"
"GDN-1","Garden","Plan the beds","","Done","3","High","p-1","Spring","jo@example.com","ada@example.com","soil, design","1","Cycle 1","","","Fri May 01 2026 09:00:00 GMT+0000 (GMT+00:00)","Mon May 11 2026 09:00:00 GMT+0000 (GMT+00:00)","Mon May 04 2026 09:00:00 GMT+0000 (GMT+00:00)","","Thu May 07 2026 15:00:00 GMT+0000 (GMT+00:00)","","","Thu May 07 2026 23:00:00 GMT+0000 (GMT+00:00)","","","","","","u-1","30","","",""
"GDN-2","Garden","Buy seeds","","Canceled","","No priority","p-1","Spring","jo@example.com","","","","","","","Fri May 01 2026 09:00:00 GMT+0000 (GMT+00:00)","","","","","Wed May 06 2026 09:00:00 GMT+0000 (GMT+00:00)","","","GDN-1","","","","","u-2","","","GDN-1",""
"GDN-3","Garden","Water them","","Todo","","Urgent","","","jo@example.com","","","","","","","Fri May 01 2026 09:00:00 GMT+0000 (GMT+00:00)","","","","","","","","GDN-9","","","","","u-3","","","GDN-2, GDN-8",""
"""
ASANA = """Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email,Start Date,Due Date,Tags,Notes,Projects,Parent task,Blocked By (Dependencies),Blocking (Dependencies),Priority
1201,2026-05-01,2026-05-06,2026-05-06,Choose paint,Living room,Ada Park,ada@example.com,2026-05-02,2026-05-08,"colour, wall",Two coats,House,,,Paint the wall,High
1202,2026-05-01,,2026-05-01,Paint the wall,Doing,,,,,,,House,,Choose paint,,Low
1203,2026-05-01,,2026-05-01,Tape the edges,,,,,,,,,Paint the wall,,,
"""
TRELLO = """Card ID,Card Name,Card URL,Card Description,Labels,Members,Due Date,Attachment Count,Attachment Links,Checklist Item Total Count,Checklist Item Completed Count,Vote Count,Comment Count,Last Activity Date,List ID,List Name,Board ID,Board Name,Archived,Start Date,Due Complete
c1,Draw the map,https://trello.com/c/1,,"Urgent (red),Paper (sky)",ada,2026-05-08T10:00:00.000Z,0,,0,0,0,0,2026-05-01T10:00:00.000Z,l1,Doing,b1,Atlas,false,2026-05-02T08:00:00.000Z,false
c2,Fold it,https://trello.com/c/2,,,,,0,,0,0,0,0,2026-05-01T10:00:00.000Z,l2,Someday,b1,Atlas,false,,false
c3,Sell it,https://trello.com/c/3,,,,2026-05-04T10:00:00.000Z,0,,0,0,0,0,2026-05-01T10:00:00.000Z,l2,Someday,b1,Atlas,false,,true
"""
GITHUB = (
    "Title\tURL\tAssignees\tStatus\tLabels\tRepository\tPriority\tEstimate\tIteration\tTarget date\tParent issue\n"
    "Read the dial\thttps://github.com/acme/clock/issues/12\tada, bob\tIn progress\tbug\tacme/clock\tP0\t5\tIteration 3\t2026-05-08\thttps://github.com/acme/clock/issues/10\n"
    "Wind the spring\thttps://github.com/acme/clock/issues/10\t\t✅ Done\t\tacme/clock\tP2\t\t\tMay 4, 2026\t\n"
    "A mere thought\t\t\tTodo\t\t\t\t\t\t\t\n"
)
PROJECT = """ID,Active,Task Mode,Name,Duration,Start,Finish,Predecessors,Outline Level,Resource Names,% Complete,Work,Notes,Priority,Unique ID
0,Yes,Auto Scheduled,House,20 days,Mon 5/4/26,Fri 5/29/26,,0,,0%,,,500,0
1,Yes,Auto Scheduled,Shell,10 days,Mon 5/4/26,Fri 5/15/26,,1,,50%,,,500,11
2,Yes,Auto Scheduled,Walls,5 days,Mon 5/4/26,Fri 5/8/26,,2,"Ada Park[50%],Bob",100%,40 hrs,Brick,700,12
3,Yes,Auto Scheduled,Roof,5 days,Wed 5/13/26,Fri 5/15/26,2FS+2 days,2,,25%,3 days,,500,13
4,No,Auto Scheduled,Garden,1 day?,NA,NA,"3SS-1d,2FF,9FS",1,,0%,,,100,14
"""
PROJEKT = """Nr.;Vorgangsmodus;Vorgangsname;Dauer;Anfang;Ende;Vorgänger;Gliederungsebene;Ressourcennamen;% Abgeschlossen
1;Automatisch;Mauern;5 Tage;Mo 04.05.26;Fr 08.05.26;;1;;100%
2;Automatisch;Dach;3 Tage;Mi 13.05.26;Fr 15.05.26;1EA+2 Tage;1;;0%
"""
PLANNER = [
    ["Plan name", "Garden"], ["Plan ID", "x"], ["Date of export", "11/27/2026"], [],
    ["Task ID", "Task Name", "Bucket Name", "Progress", "Priority", "Assigned To", "Created By", "Created Date", "Start Date",
     "Due Date", "Is Recurring", "Late", "Completed Date", "Completed By", "Completed Checklist Items", "Checklist Items", "Labels",
     "Description"],
    ["t-1", "Dig", "Beds", "Completed", "Important", "Somebody Else;Ada", "Jo", "05/01/2026", "05/02/2026", "05/20/2026", "false", "false",
     "05/06/2026", "Ada Park", "0/0", "", "Soil;Urgent", "Deep"],
    ["t-2", "Sow", "Beds", "Not started", "Medium", "", "Jo", "05/01/2026", "", "", "false", "false", "", "", "0/2", "", "", ""],
]  # fmt: skip
CLICKUP = """Task ID,Task Custom ID,Task Name,Task Content,Status,Date Created,Date Created Text,Due Date,Due Date Text,Parent ID,Assignees,Tags,Priority,List Name,Space Name,Time Estimated,Time Estimated Text,Time Spent Text
86a1,,Build the cart,In oak,in progress,1772524800000,"3/3/2026, 8:00:00 AM GMT",1772784000000,"3/6/2026, 8:00:00 AM GMT",null,"[Ada, Somebody]","[wood,""wheels""]",2,Yard,Farm,3600000,1 h 30 m,
86a2,,Test the cart,,complete,1772524800000,"3/3/2026, 8:00:00 AM GMT",,,86a1,[],[],,Yard,Farm,,,
"""
PLANE = """Project,ID,Name,Description,State,Priority,Assignee,Start Date,Target Date,Created At,Completed At,Cycle Name,Module Name,Labels
Clock,CLK-1,Read the dial,,In Progress,urgent,ada,"Mon, 04 May 2026","Fri, 08 May 2026","Fri, 01 May 2026 09:00:00 UTC+0000",,Week 1,,bug
Clock,CLK-2,Wind it,,Done,none,,,,"Fri, 01 May 2026 09:00:00 UTC+0000","Tue, 05 May 2026 09:00:00 UTC+0000",,,
"""


def read(store: Store, data: str | bytes, **options: object) -> ImportReport:
    content = data.encode() if isinstance(data, str) else data
    report = import_plan(store, SYSTEM, content, filename="export", **options)  # type: ignore[arg-type]
    assert report.problems == ()
    return report


def tasks(store: Store) -> dict[str, TaskRow]:
    return {task.title: task for task in list_tasks(store, SYSTEM)}


def past(store: Store, title: str) -> list[tuple[str, str]]:
    """The statuses that a task had elsewhere, and the day it got each."""
    return [
        (change.occurred_at.date().isoformat(), change.new)
        for change in task_changes(store, SYSTEM, tasks(store)[title].id)
        if change.imported and change.field == "status"
    ]


def waits(store: Store) -> set[tuple[str, str, str, int]]:
    names = {task.id: task.title for task in list_tasks(store, SYSTEM)}
    return {
        (names[d.task_id], names[d.depends_on_id], d.kind.value, d.lag_days)
        for d in list_dependencies(store, SYSTEM)
    }


def projects(store: Store) -> dict[str, str]:
    names = {project.id: project.name for project in list_projects(store, SYSTEM)}
    return {task.title: names[task.project_id] for task in list_tasks(store, SYSTEM)}


def test_linear(store: Store, add_person: AddPerson) -> None:
    ada = add_person("ada", email="ada@example.com")
    report = read(store, LINEAR)
    assert report.format == "linear"
    found = tasks(store)
    plan = found["Plan the beds"]
    assert (plan.status, plan.priority, plan.points, plan.assignee_id) == ("done", "high", 3, ada.user_id)
    assert (plan.labels, plan.due) == (["soil", "design"], date(2026, 5, 7))
    assert [found[name].status for name in ("Buy seeds", "Water them")] == ["cancelled", "backlog"]
    assert (found["Buy seeds"].parent_id, found["Water them"].parent_id) == (plan.id, None)
    assert projects(store) == {"Plan the beds": "Spring", "Buy seeds": "Spring", "Water them": "Garden"}
    assert [sprint.name for sprint in list_sprints(store, SYSTEM)] == ["Cycle 1"]
    assert past(store, "Plan the beds") == [
        ("2026-05-01", "backlog"),
        ("2026-05-04", "in_progress"),
        ("2026-05-07", "done"),
    ]
    assert past(store, "Buy seeds")[-1] == ("2026-05-06", "cancelled")
    assert waits(store) == {
        ("Buy seeds", "Plan the beds", "fs", 0),
        ("Water them", "Buy seeds", "fs", 0),
    }
    assert [(note.row, note.column) for note in report.notes] == [(4, "Parent issue"), (4, "Blocked by")]
    assert "UUID" in report.unread
    assert read(store, LINEAR).updated == 0


def test_asana(store: Store, add_person: AddPerson) -> None:
    ada = add_person("ada", email="ada@example.com")
    report = read(store, ASANA)
    assert report.format == "asana"
    found = tasks(store)
    paint = found["Choose paint"]
    assert (paint.status, paint.priority, paint.assignee_id) == ("done", "high", ada.user_id)
    assert (paint.start, paint.due, paint.labels) == (date(2026, 5, 2), date(2026, 5, 8), ["colour", "wall"])
    assert found["Paint the wall"].status == "in_progress"
    assert found["Tape the edges"].parent_id == found["Paint the wall"].id
    assert set(projects(store).values()) == {"House"}
    assert waits(store) == {("Paint the wall", "Choose paint", "fs", 0)}
    assert past(store, "Choose paint") == [("2026-05-01", "backlog"), ("2026-05-06", "done")]


def test_trello(store: Store, add_person: AddPerson) -> None:
    ada = add_person("ada")
    report = read(store, TRELLO)
    assert report.format == "trello"
    found = tasks(store)
    assert {name: task.status for name, task in found.items()} == {
        "Draw the map": "in_progress",
        "Fold it": "backlog",
        "Sell it": "done",
    }
    card = found["Draw the map"]
    assert (card.labels, card.due, card.assignee_id) == (["Urgent", "Paper"], date(2026, 5, 8), ada.user_id)
    assert set(projects(store).values()) == {"Atlas"}
    assert [note.message for note in report.notes] == [
        "'Someday' means no state here; its tasks begin in the backlog"
    ]


def test_github_projects(store: Store, add_person: AddPerson) -> None:
    bob = add_person("bob")
    report = read(store, GITHUB)
    assert report.format == "github"
    found = tasks(store)
    dial = found["Read the dial"]
    assert (dial.external_id, dial.status, dial.priority, dial.points) == (
        "acme/clock#12",
        "in_progress",
        "urgent",
        5,
    )
    assert (dial.parent_id, dial.assignee_id, dial.due) == (
        found["Wind the spring"].id,
        bob.user_id,
        date(2026, 5, 8),
    )
    assert (found["Wind the spring"].status, found["Wind the spring"].due) == ("done", date(2026, 5, 4))
    assert projects(store)["Read the dial"] == "acme/clock"
    assert (found["A mere thought"].external_id, projects(store)["A mere thought"]) == (None, "issues")
    assert read(store, GITHUB).created == 0


def test_microsoft_project(store: Store, add_person: AddPerson) -> None:
    bob = add_person("bob")
    report = read(store, PROJECT)
    assert report.format == "msproject"
    found = tasks(store)
    walls = found["Walls"]
    assert (walls.status, walls.priority, walls.estimated_hours) == ("done", "high", Decimal(40))
    assert (walls.start, walls.due, walls.assignee_id) == (date(2026, 5, 4), date(2026, 5, 8), bob.user_id)
    assert (found["Roof"].status, found["Roof"].estimated_hours) == ("in_progress", Decimal(24))
    assert found["Walls"].parent_id == found["Roof"].parent_id == found["Shell"].id
    assert (found["Garden"].parent_id, found["Garden"].start, found["Garden"].priority) == (None, None, "low")
    assert set(projects(store).values()) == {"House"}
    assert waits(store) == {
        ("Roof", "Walls", "fs", 2),
        ("Garden", "Roof", "ss", -1),
        ("Garden", "Walls", "ff", 0),
    }
    assert [(note.row, note.column) for note in report.notes] == [(4, "Resource Names"), (6, "Predecessors")]


def test_microsoft_project_in_german(store: Store) -> None:
    assert read(store, PROJEKT.encode("cp1252")).format == "msproject"
    assert (tasks(store)["Dach"].start, tasks(store)["Mauern"].status) == (date(2026, 5, 13), "done")
    assert waits(store) == {("Dach", "Mauern", "fs", 2)}


def test_microsoft_planner(store: Store, add_person: AddPerson) -> None:
    from openpyxl import Workbook

    ada = add_person("ada")
    book = Workbook()
    assert book.active is not None
    for row in PLANNER:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    report = read(store, file.getvalue())
    assert report.format == "planner"
    dig = tasks(store)["Dig"]
    assert (dig.status, dig.priority, dig.assignee_id, dig.labels) == (
        "done",
        "high",
        ada.user_id,
        ["Soil", "Urgent"],
    )
    assert dig.due == date(2026, 5, 20)
    assert past(store, "Dig") == [("2026-05-01", "backlog"), ("2026-05-06", "done")]


def test_plane(store: Store) -> None:
    assert read(store, PLANE).format == "plane"
    dial = tasks(store)["Read the dial"]
    assert (dial.start, dial.due, dial.status) == (date(2026, 5, 4), date(2026, 5, 8), "in_progress")
    assert past(store, "Wind it") == [("2026-05-01", "backlog"), ("2026-05-05", "done")]


@pytest.mark.parametrize(
    ("export", "called"),
    [(LINEAR, "Linear"), (ASANA, "Asana"), (TRELLO, "Trello"), (CLICKUP, "ClickUp"), (PLANE, "Plane")],
)
def test_a_programs_projects_stand_under_an_effort_of_its_name_unless_one_takes_all(
    store: Store, project: int, export: str, called: str
) -> None:
    before = {each.name for each in list_efforts(store, SYSTEM)}
    report = read(store, export, into="1.1")
    assert {task.project_id for task in list_tasks(store, SYSTEM)} == {project}
    assert {each.name for each in list_efforts(store, SYSTEM)} == before
    undo(store, SYSTEM, report.request or "")
    read(store, export)
    assert {each.name for each in list_efforts(store, SYSTEM)} - before == {called}


def test_what_a_table_tells_of_its_past_is_the_past_of_its_tasks(store: Store, project: int) -> None:
    table = "id,title,Colour,created at,completed at,resolution\n7,Mow,red,2026-05-01,2026-05-04T10:00:00Z,Won't do\n8,Rake,red,2999-01-01,,\n"
    report = read(store, table, into="1.1")
    assert past(store, "Mow") == [("2026-05-01", "backlog"), ("2026-05-04", "cancelled")]
    assert [(note.row, note.column) for note in report.notes] == [(3, "created at")]


BOARD = {
    "id": "b1", "name": "Atlas", "checklists": [{"id": "x"}],
    "lists": [{"id": "l1", "name": "To do"}, {"id": "l2", "name": "Doing"}, {"id": "l3", "name": "Done"}],
    "members": [{"id": "m1", "fullName": "Ada Park", "username": "ada"}],
    "labels": [],
    "cards": [
        {"id": "69f47a00c0ffee0000000001", "name": "Draw the map", "desc": "In ink", "idList": "l3", "idMembers": ["m1"],
         "labels": [{"name": "Paper", "color": "sky"}, {"name": "", "color": "red"}], "due": "2026-05-08T10:00:00.000Z",
         "dueComplete": True, "closed": False},
        {"id": "69f47a00c0ffee0000000002", "name": "Fold it", "desc": "", "idList": "l1", "idMembers": [], "labels": [],
         "due": None, "dueComplete": False, "closed": True},
    ],
    "actions": [
        {"type": "updateCard", "date": "2026-05-05T10:00:00.000Z",
         "data": {"card": {"id": "69f47a00c0ffee0000000001"}, "listBefore": {"name": "Doing"}, "listAfter": {"name": "Done"}}},
        {"type": "updateCard", "date": "2026-05-03T10:00:00.000Z",
         "data": {"card": {"id": "69f47a00c0ffee0000000001"}, "listBefore": {"name": "To do"}, "listAfter": {"name": "Doing"}}},
        {"type": "commentCard", "date": "2026-05-03T10:00:00.000Z", "data": {}},
    ],
}  # fmt: skip
XML = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Project xmlns="http://schemas.microsoft.com/project"><Name>House.mpp</Name>
<Tasks>
<Task><UID>0</UID><ID>0</ID><Name>House</Name><OutlineLevel>0</OutlineLevel></Task>
<Task><UID>11</UID><ID>1</ID><Name>Shell</Name><OutlineLevel>1</OutlineLevel><Priority>500</Priority><PercentComplete>50</PercentComplete></Task>
<Task><UID>12</UID><ID>2</ID><Name>Walls</Name><OutlineLevel>2</OutlineLevel><Start>2026-05-04T08:00:00</Start><Finish>2026-05-08T17:00:00</Finish>
<Work>PT40H0M0S</Work><Priority>900</Priority><PercentComplete>100</PercentComplete><ActualFinish>2026-05-07T17:00:00</ActualFinish></Task>
<Task><UID>13</UID><ID>3</ID><Name>Roof</Name><OutlineLevel>2</OutlineLevel><Milestone>1</Milestone><PercentComplete>0</PercentComplete>
<PredecessorLink><PredecessorUID>12</PredecessorUID><Type>1</Type><LinkLag>9600</LinkLag><LagFormat>7</LagFormat></PredecessorLink></Task>
<Task><UID>14</UID><ID>4</ID><IsNull>1</IsNull></Task>
</Tasks>
<Resources><Resource><UID>1</UID><Name>Somebody</Name><EmailAddress>ada@example.com</EmailAddress></Resource></Resources>
<Assignments><Assignment><UID>1</UID><TaskUID>12</TaskUID><ResourceUID>1</ResourceUID></Assignment></Assignments>
</Project>
"""


def test_a_board_of_trello_in_json(store: Store, add_person: AddPerson) -> None:
    ada = add_person("ada")
    report = read(store, json.dumps(BOARD))
    assert (report.format, report.unread) == ("trello", ("checklists",))
    card = tasks(store)["Draw the map"]
    assert (card.status, card.labels, card.assignee_id) == ("done", ["Paper", "red"], ada.user_id)
    assert past(store, "Draw the map") == [
        ("2026-05-01", "backlog"),
        ("2026-05-03", "in_progress"),
        ("2026-05-05", "done"),
    ]
    assert (tasks(store)["Fold it"].status, set(projects(store).values())) == ("backlog", {"Atlas"})
    assert [(note.row, note.column) for note in report.notes] == [(2, "closed")]
    assert read(store, json.dumps(BOARD)).updated == 0


def test_microsoft_project_in_xml(store: Store, add_person: AddPerson) -> None:
    ada = add_person("ada", email="ada@example.com")
    assert read(store, XML).format == "msproject"
    found = tasks(store)
    walls = found["Walls"]
    assert (walls.status, walls.priority, walls.estimated_hours, walls.assignee_id) == (
        "done",
        "urgent",
        40,
        ada.user_id,
    )
    assert (walls.start, walls.due, walls.parent_id) == (
        date(2026, 5, 4),
        date(2026, 5, 8),
        found["Shell"].id,
    )
    assert (found["Roof"].milestone, set(projects(store).values())) == (True, {"House"})
    assert waits(store) == {("Roof", "Walls", "fs", 2)}
    assert past(store, "Walls") == [("2026-05-07", "done")]


@pytest.mark.parametrize("wrong", ["<Project", '<!DOCTYPE x [<!ENTITY a "b">]><Project'])
def test_a_project_that_is_no_sane_xml_is_refused(store: Store, wrong: str) -> None:
    with pytest.raises(UsageError, match="cannot be imported: it"):
        read(store, f'{wrong} xmlns="http://schemas.microsoft.com/project"><Tasks>')


def test_an_issue_without_a_name_is_nobodys_parent(store: Store) -> None:
    header, *rows = ASANA.strip().splitlines()
    report = import_plan(
        store,
        SYSTEM,
        "\n".join([header, *rows, "1204,2026-05-01,,,,,,,,,,,House,,,,"]).encode(),
        filename="x.csv",
    )
    assert [(problem.row, problem.column) for problem in report.problems] == [(5, "Name")]
    assert {name: task.parent_id for name, task in tasks(store).items()} == {
        "Choose paint": None, "Paint the wall": None, "Tape the edges": tasks(store)["Paint the wall"].id,
    }  # fmt: skip


def test_a_task_of_several_projects_or_people_is_in_one_and_that_is_said(
    store: Store, add_person: AddPerson
) -> None:
    ada = add_person("ada", email="ada@example.com")
    asana = ASANA.replace(",House,,,Paint", ',"Garden,House",,,Paint')
    report = read(store, asana)
    assert projects(store)["Choose paint"] == "House"
    assert [note.message for note in report.notes if note.column == "Projects"] == [
        "'Garden,House' are several projects; the task is in House"
    ]
    report = read(store, GITHUB)
    assert tasks(store)["Read the dial"].assignee_id == ada.user_id
    assert [note.message for note in report.notes if note.column == "Assignees"] == [
        "'ada, bob' are several people; ada has the task here"
    ]


def test_a_cycle_without_a_name_is_known_by_its_number(store: Store) -> None:
    read(store, LINEAR.replace('"1","Cycle 1"', '"7",""'))
    assert [sprint.name for sprint in list_sprints(store, SYSTEM)] == ["Cycle 7"]


def test_clickup(store: Store, add_person: AddPerson) -> None:
    ada = add_person("ada")
    report = read(store, CLICKUP)
    assert (report.format, set(projects(store).values())) == ("clickup", {"Yard"})
    cart, test = tasks(store)["Build the cart"], tasks(store)["Test the cart"]
    assert (cart.status, cart.priority, cart.due, cart.estimated_hours) == (
        "in_progress", "high", date(2026, 3, 6), Decimal("1.5"),
    )  # fmt: skip
    assert (cart.labels, cart.assignee_id, cart.description) == (["wood", "wheels"], ada.user_id, "In oak")
    assert (test.parent_id, test.status, test.assignee_id) == (cart.id, "done", None)
    assert past(store, "Build the cart") == [("2026-03-03", "backlog")]
    assert {"Time Estimated", "Date Created Text"} <= set(report.unread)


def test_a_name_with_commas_in_a_list_of_names_is_one_name(store: Store) -> None:
    text = ASANA.replace("Choose paint", '"Choose paint, brushes, tape"').replace(
        ',,"Choose paint, brushes, tape",,Low', ',,"Tape the edges,Choose paint, brushes, tape",,Low'
    )
    read(store, text)
    assert waits(store) == {
        ("Paint the wall", "Choose paint, brushes, tape", "fs", 0), ("Paint the wall", "Tape the edges", "fs", 0),
    }  # fmt: skip


def test_a_state_that_is_not_known_is_in_progress_once_it_was_started(store: Store) -> None:
    report = read(store, LINEAR.replace('"","Done","3"', '"","Ready to merge","3"').replace("Thu May 07 2026 15:00:00 GMT+0000 (GMT+00:00)", ""))  # fmt: skip
    assert tasks(store)["Plan the beds"].status == "in_progress"
    assert all(note.column != "Status" for note in report.notes)


def test_a_code_of_the_outline_tells_parents_where_nothing_else_does(store: Store) -> None:
    read(
        store,
        "WBS,Task Name,Duration,Start,Finish,% Complete\n0,House,9 days,,,\n1,Shell,5 days,5/4/2026,5/15/2026,0%\n"
        "1.1,Walls,2 days,5/4/2026,5/13/2026,100%\n1.1.1,Door,1 day,5/4/2026,5/13/2026,0%\n2,Garden,1 day,5/14/2026,5/14/2026,0%\n",
    )
    names = {task.id: task.title for task in list_tasks(store, SYSTEM)}
    assert {task.title: names.get(task.parent_id or 0) for task in list_tasks(store, SYSTEM)} == {
        "Shell": None, "Walls": "Shell", "Door": "Walls", "Garden": None,
    }  # fmt: skip
    assert set(projects(store).values()) == {"House"}


def test_a_move_at_no_instant_is_left_out_of_the_past(store: Store) -> None:
    board = json.loads(json.dumps(BOARD))
    board["actions"][0]["date"] = "0001-01-01T00:00:00Z"
    report = read(store, json.dumps(board))
    assert [(note.row, note.column) for note in report.notes if "zero date" in note.message] == [
        ("action 1", "date")
    ]
    assert past(store, "Draw the map") == [("2026-05-01", "backlog"), ("2026-05-03", "in_progress")]


def test_issues_of_github_beside_those_of_its_projects(store: Store) -> None:
    read(
        store,
        "number,title,state,stateReason,labels,assignees,createdAt,closedAt,url,body\n"
        "12,Wind it,CLOSED,COMPLETED,bug,,2026-05-01T10:00:00Z,2026-05-04T10:00:00Z,https://github.com/acme/clock/issues/12,Daily\n"
        "13,Oil it,CLOSED,NOT_PLANNED,,,2026-05-01T10:00:00Z,2026-05-05T10:00:00Z,https://github.com/acme/clock/issues/13,\n"
        "14,Sell it,OPEN,,,,2026-05-01T10:00:00Z,,https://github.com/acme/clock/issues/14,\n",
    )
    found = tasks(store)
    assert {name: task.status for name, task in found.items()} == {
        "Wind it": "done", "Oil it": "cancelled", "Sell it": "backlog",
    }  # fmt: skip
    assert past(store, "Oil it") == [("2026-05-01", "backlog"), ("2026-05-05", "cancelled")]
    assert found["Wind it"].description == "Daily"


@pytest.mark.parametrize("nothing", ["NA", "NV", "NOD", "N/D", "S/O"])
def test_what_a_program_prints_where_there_is_no_date_is_none(store: Store, nothing: str) -> None:
    read(store, PROJEKT.replace("Mi 13.05.26;Fr 15.05.26", f"{nothing};{nothing}"))
    assert (tasks(store)["Dach"].start, tasks(store)["Dach"].due) == (None, None)
