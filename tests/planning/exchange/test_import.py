"""Files into the plan: every good row is stored, every other one named; a second import changes nothing."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orchflow.errors import Forbidden, Invalid, UsageError
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.exchange.export_file import export_bytes
from orchflow.planning.exchange.import_file import import_plan
from orchflow.planning.exchange.mappings import list_mappings
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.history import task_changes
from orchflow.planning.undo.undo import undo
from orchflow.planning.work.dependencies import list_dependencies
from orchflow.planning.work.efforts import list_efforts
from orchflow.planning.work.projects import list_projects
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import delete_task, list_tasks, update_task
from orchflow.store.engine import Store
from tests.planning.conftest import AddPerson, AddTask, Reread

PLAN = """level,key,number,name,effort,project,parent,status,points,due,labels,depends_on
effort,,1,Infrastructure,,,,,,,,
project,,1.1,Hardware,1,,,,,,,
task,A-2,,Install it,,1.1,A-1,in_progress,2.5,2026-11-22,"rack, power",A-3 (ss+2)
task,A-1,,Server,,1.1,,ready,3,2026-11-20,,
task,A-3,,Order it,,1.1,A-1,done,1,,,
"""


def read(store: Store, text: str | bytes, **options: object) -> ImportReport:
    data = text.encode() if isinstance(text, str) else text
    return import_plan(store, SYSTEM, data, filename="plan.csv", **options)  # type: ignore[arg-type]


def tasks(store: Store) -> dict[str, TaskRow]:
    return {task.title: task for task in list_tasks(store, SYSTEM)}


def said(report: ImportReport) -> list[tuple[int | str, str, str]]:
    return [(problem.row, problem.column, problem.message) for problem in report.problems]


def task_lines(*lines: str) -> str:
    return "\n".join(["level,key,number,name,effort,project,parent,status,points,due", *lines])


def test_a_plan_is_made_with_parents_in_any_order(store: Store) -> None:
    report = read(store, PLAN)
    assert (report.created, said(report)) == (5, [])
    found = tasks(store)
    assert found["Install it"].parent_id == found["Order it"].parent_id == found["Server"].id
    assert (found["Install it"].points, found["Install it"].due) == (Decimal("2.5"), date(2026, 11, 22))
    assert found["Install it"].labels == ["rack", "power"]
    (dependency,) = list_dependencies(store, SYSTEM)
    assert (dependency.task_id, dependency.depends_on_id) == (found["Install it"].id, found["Order it"].id)
    assert (dependency.kind, dependency.lag_days) == ("ss", 2)


def test_importing_the_same_file_again_changes_nothing(store: Store) -> None:
    read(store, PLAN)
    version = store.version("plan")
    again = read(store, PLAN)
    assert (again.created, again.updated, again.unchanged, again.request) == (0, 0, 5, None)
    assert store.version("plan") == version


def test_a_dry_run_tells_the_same_and_writes_nothing(store: Store) -> None:
    report = read(store, PLAN, dry_run=True)
    assert (report.dry_run, report.created, report.request) == (True, 5, None)
    assert list_tasks(store, SYSTEM) == [] == list_efforts(store, SYSTEM)


def test_an_import_is_taken_back_as_a_whole(store: Store) -> None:
    report = read(store, PLAN)
    assert report.request is not None
    undo(store, SYSTEM, report.request)
    assert list_efforts(store, SYSTEM) == [] == list_tasks(store, SYSTEM)


def test_a_changed_file_updates_just_what_changed_in_it(store: Store) -> None:
    read(store, PLAN)
    report = read(store, PLAN.replace("Order it,,1.1,A-1,done,1", "Order it,,1.1,A-1,done,8"))
    assert (report.updated, report.unchanged) == (1, 4)
    (change,) = next(row for row in report.rows if row.action == "updated").changes
    assert (change.field, change.old, change.new) == ("points", "1", "8")


def test_viewers_and_members_import_nothing(store: Store, viewer: Actor, mia: Actor) -> None:
    for actor in (viewer, mia):
        with pytest.raises(Forbidden):
            import_plan(store, actor, PLAN.encode(), dry_run=True)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_and_separators_are_found_out(
    store: Store, encoding: str, separator: str, effort: int, project: int
) -> None:
    text = f"name{separator}project{separator}labels\nPrüfung – größer{separator}1.1{separator}ä\n"
    report = read(store, text.encode(encoding))
    assert said(report) == []
    assert tasks(store)["Prüfung – größer"].labels == ["ä"]


def test_a_file_may_name_its_separator(store: Store, project: int) -> None:
    read(store, "sep=;\nname;project\nA, b, c;1.1\n")
    assert list(tasks(store)) == ["A, b, c"]


def test_dates_and_numbers_are_read_as_people_write_them(store: Store, project: int) -> None:
    read(
        store, "name;project;start;due;points\nA;1.1;3.5.2026;22/Nov/26;2,5\nB;1.1;2026/05/03;31/12/2026;1\n"
    )
    found = tasks(store)
    assert (found["A"].start, found["A"].due, found["A"].points) == (
        date(2026, 5, 3),
        date(2026, 11, 22),
        Decimal("2.5"),
    )
    assert found["B"].due == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("task,X,,T,,1.1,,reddy,,", "status", "'reddy' is not one of backlog, ready, in_progress"),
        ("task,X,,T,,1.1,,,many,", "points", "is not a number: 'many'"),
        ("task,X,,T,,1.1,,,=1+1,", "points", "is a formula: '=1+1'"),
        ('task,X,,T,,1.1,,,"1,000",', "points", "could be two numbers"),
        ("task,X,,T,,1.1,,,,31.2.2026", "due", "is not a date: '31.2.2026'"),
        ("task,X,,T,,1.1,,,,03/04/2026", "due", "could be two days"),
        ("task,X,,T,,9.9,,,,", "project", "there is no project '9.9'"),
        ("task,X,,T,,1.1,NONE,,,", "parent", "there is no task 'NONE'"),
        ("task,X,,,,1.1,,,,", "name", "must not be empty"),
        ("task,X,,T,,,,,,", "project", "must not be empty"),
        ("taks,X,,T,,1.1,,,,", "level", "'taks' is not one of effort, project, goal, sprint, task"),
        ("task,X,,T,,1.1,,,,,,,,and more", "", "has more cells than the heading"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column_and_the_others_are_stored(
    store: Store, project: int, line: str, column: str, reason: str
) -> None:
    report = read(store, task_lines("task,OK,,Good,,1.1,,,,", line))
    assert list(tasks(store)) == ["Good"]
    ((row, named, message),) = said(report)
    assert (row, named) == (3, column)
    assert reason in message


def test_dates_that_end_before_they_start_are_refused_at_their_row(store: Store, project: int) -> None:
    report = read(store, "name,project,start,due\nT,1.1,2026-05-04,2026-05-01\n")
    assert said(report) == [(2, "due", "2026-05-01 is before the start, 2026-05-04")]


def test_knots_of_parents_are_refused_with_their_path(store: Store, project: int) -> None:
    report = read(
        store,
        task_lines(
            "task,A,,a,,1.1,C,,,", "task,B,,b,,1.1,A,,,", "task,C,,c,,1.1,B,,,", "task,D,,d,,1.1,C,,,"
        ),
    )
    assert said(report)[0] == (2, "parent", "would be under itself: a → c → b → a")
    assert {row for row, _, _ in said(report)} == {2, 3, 4, 5}
    assert tasks(store) == {}


def test_parent_and_child_may_change_places(store: Store, project: int) -> None:
    read(store, task_lines("task,A,,a,,1.1,,,,", "task,B,,b,,1.1,A,,,"))
    report = read(store, task_lines("task,A,,a,,1.1,B,,,", "task,B,,b,,1.1,,,,"))
    assert said(report) == []
    found = tasks(store)
    assert (found["a"].parent_id, found["b"].parent_id) == (found["b"].id, None)


def test_a_ring_of_dependencies_is_refused_with_its_path(store: Store, project: int) -> None:
    report = read(store, "key,name,project,depends_on\nA,a,1.1,B\nB,b,1.1,C\nC,c,1.1,A\n")
    assert said(report) == [(4, "depends_on", "would wait for itself: c → a → b → c")]
    assert len(list_dependencies(store, SYSTEM)) == 2


def test_a_dependency_removed_from_the_file_is_removed_and_one_made_here_stays(
    store: Store, project: int
) -> None:
    read(store, "key,name,project,depends_on\nA,a,1.1,\nB,b,1.1,A\nC,c,1.1,\n")
    read(store, "key,name,project,depends_on\nA,a,1.1,\nB,b,1.1,C\nC,c,1.1,\n")
    found = tasks(store)
    (dependency,) = list_dependencies(store, SYSTEM)
    assert (dependency.task_id, dependency.depends_on_id) == (found["b"].id, found["c"].id)


def test_people_are_known_by_any_name_and_disabled_ones_are_refused(
    store: Store, project: int, add_person: AddPerson
) -> None:
    add_person("ann", email="ann@example.com")
    add_person("gone", active=False)
    report = read(
        store,
        "key,name,project,assignee\nA,a,1.1,Ann@Example.com\nB,b,1.1,ann\nC,c,1.1,gone\nD,d,1.1,nobody\n",
    )
    assert said(report) == [
        (4, "assignee", "Gone's account is disabled"),
        (5, "assignee", "there is nobody called 'nobody'"),
    ]
    assert len({task.assignee_id for task in list_tasks(store, SYSTEM)}) == 1


def test_a_description_of_five_megabytes_is_refused_at_its_row(store: Store, project: int) -> None:
    report = read(store, f'name,project,description\nBig,1.1,"{"x" * 5_000_000}"\nSmall,1.1,y\n')
    assert said(report) == [(2, "description", "has 5,000,000 characters; at most 200,000 fit")]
    assert list(tasks(store)) == ["Small"]


def test_a_formula_is_text_wherever_text_may_be(store: Store, project: int) -> None:
    read(store, 'name,project,description\n=cmd|x,1.1,"=HYPERLINK(""http://x"")"\n')
    assert tasks(store)["=cmd|x"].description == '=HYPERLINK("http://x")'


def test_a_task_without_a_key_is_known_by_its_name(store: Store, project: int) -> None:
    read(store, "name,project,points\nOnly one,1.1,1\n")
    report = read(store, "name,project,points\nonly  ONE,1.1,\nOnly two,1.1,\nOnly two,1.1,\n")
    assert (report.unchanged + report.updated, report.created) == (1, 1)
    assert said(report) == [(4, "name", "is there twice; give both a key, first in row 3")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x00\x00" * 20, "it is not text"),
        (b"{not json", "it is not JSON"),
        (b'{"records": 3}', "it holds no list of records"),
        (b"colour,size\nred,3\n", "no column is known to hold the names of tasks"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_what_to_do(store: Store, data: bytes, reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as refused:
        read(store, data)
    assert refused.value.hint


# Edits on both sides


def test_an_edit_here_outlives_an_import_of_the_unchanged_file(store: Store) -> None:
    read(store, PLAN)
    task = tasks(store)["Server"]
    update_task(store, SYSTEM, task.id, task.version, {"points": 8})
    report = read(store, PLAN)
    assert (report.updated, report.conflicts) == (0, ())
    assert [(k.field, k.base, k.plan, k.file) for k in report.kept] == [("points", "3", "8", "3")]
    assert tasks(store)["Server"].points == 8


def test_a_change_on_both_sides_is_a_conflict_until_somebody_decides(store: Store) -> None:
    read(store, PLAN)
    task = tasks(store)["Server"]
    update_task(store, SYSTEM, task.id, task.version, {"points": 8})
    other = PLAN.replace("A-1,,Server,,1.1,,ready,3", "A-1,,Server,,1.1,,blocked,5").replace(
        "name,effort,project,parent,status,points", "name,effort,project,parent,status,points"
    )
    other = other.replace("blocked,5", "in_review,5")
    for _ in range(2):
        report = read(store, other)
        (conflict,) = report.conflicts
        assert (conflict.row, conflict.field, conflict.base, conflict.plan, conflict.file) == (
            5,
            "points",
            "3",
            "8",
            "5",
        )
        assert (tasks(store)["Server"].points, tasks(store)["Server"].status) == (8, "in_review")
    read(store, other, take="file")
    assert tasks(store)["Server"].points == 5
    assert read(store, other).clean


def test_taking_the_plans_value_settles_a_conflict(store: Store) -> None:
    read(store, PLAN)
    task = tasks(store)["Server"]
    update_task(store, SYSTEM, task.id, task.version, {"points": 8})
    other = PLAN.replace("ready,3", "ready,5")
    assert read(store, other, take="plan").conflicts == ()
    assert read(store, other).conflicts == ()
    assert tasks(store)["Server"].points == 8


def test_a_row_made_here_is_not_overwritten_unseen(store: Store, add_task: AddTask, reread: Reread) -> None:
    task = add_task("Server", points=3)
    report = read(store, "name,project,points,due\nServer,1.1,5,2026-05-04\n")
    assert [(c.field, c.plan, c.file) for c in report.conflicts] == [("points", "3", "5")]
    assert (reread(task.id).points, reread(task.id).due) == (3, date(2026, 5, 4))


def test_an_exported_file_merges_with_what_was_edited_meanwhile(
    store: Store, add_task: AddTask, reread: Reread
) -> None:
    task = add_task("Server", points=3)
    exported = export_bytes(store, SYSTEM, ".csv").decode("utf-8-sig")
    update_task(store, SYSTEM, task.id, task.version, {"title": "The server"})
    report = read(store, exported.replace('"normal",3,', '"high",3,'))
    assert (report.updated, report.clean) == (1, True)
    assert (reread(task.id).title, reread(task.id).priority) == ("The server", "high")
    report = read(store, exported.replace('"Server"', '"Rechner"'))
    assert [(c.field, c.base, c.plan, c.file) for c in report.conflicts] == [
        ("name", "Server", "The server", "Rechner")
    ]


def test_an_exported_file_edited_twice_is_no_conflict_with_itself(
    store: Store, add_task: AddTask, reread: Reread
) -> None:
    task = add_task("Server", points=3)
    exported = export_bytes(store, SYSTEM, ".csv").decode("utf-8-sig")
    for points in (5, 8, 13):
        assert read(store, exported.replace('"normal",3,', f'"normal",{points},')).clean
        assert reread(task.id).points == points


def test_a_task_deleted_here_does_not_come_back_unseen(store: Store, add_task: AddTask) -> None:
    task = add_task("Server")
    exported = export_bytes(store, SYSTEM, ".json")
    delete_task(store, SYSTEM, task.id)
    report = import_plan(store, SYSTEM, exported, filename="plan.json")
    assert [(c.field, c.plan) for c in report.conflicts] == [("(row)", "deleted")]
    assert list_tasks(store, SYSTEM) == []
    assert import_plan(store, SYSTEM, exported, filename="plan.json", take="file").created == 1


# The past


def test_a_past_kept_elsewhere_comes_along_once(store: Store, project: int) -> None:
    past = [
        {"occurred_at": "2026-05-04T09:00:00Z", "field": "status", "old": None, "new": "backlog", "by": "jo"},
        {
            "occurred_at": "2026-05-05T09:00:00Z",
            "field": "status",
            "old": "backlog",
            "new": "done",
            "by": "jo",
        },
    ]
    record = {
        "level": "task",
        "key": "A",
        "name": "Old work",
        "project": "1.1",
        "status": "done",
        "history": past,
    }
    for _ in range(2):
        report = read(store, json.dumps({"records": [record]}))
        assert said(report) == []
    (task,) = list_tasks(store, SYSTEM)
    told = [(e.new, e.by) for e in task_changes(store, SYSTEM, task.id) if e.imported and e.field == "status"]
    assert told == [("backlog", "jo"), ("done", "jo")]


def test_a_past_that_cannot_be_read_is_named_and_its_task_stored(store: Store, project: int) -> None:
    bad = [{"occurred_at": "yesterday", "field": "status", "new": "done"}]
    good = [
        {
            "occurred_at": "2026-05-04T09:00:00Z",
            "field": "status",
            "old": "backlog",
            "new": "ready",
            "by": "jo",
        }
    ]
    records = [
        {"key": "A", "name": "a", "project": "1.1", "status": "done", "history": bad},
        {"key": "B", "name": "b", "project": "1.1", "status": "ready", "history": good},
    ]
    report = read(store, json.dumps(records))
    assert [(row, column) for row, column, _ in said(report)] == [(1, "history")]
    found = tasks(store)
    assert len(found) == 2
    assert any(event.imported for event in task_changes(store, SYSTEM, found["b"].id))


def test_the_words_of_a_past_are_understood_as_those_of_the_present(store: Store, project: int) -> None:
    past = [
        {"occurred_at": f"2026-05-0{day}T09:00:00Z", "field": "status", "old": old, "new": new, "by": "jo"}
        for day, old, new in ((4, None, "To Do"), (5, "To Do", "Cooking"), (6, "Cooking", "Done"))
    ]
    record = {"key": "A", "name": "a", "project": "1.1", "status": "Done", "history": past}
    report = read(store, json.dumps([record]))
    assert said(report) == []
    assert [(note.row, note.column, note.message[:30]) for note in report.notes] == [
        (1, "history", "entry 2: 'Cooking' is not one "),
        (1, "history", "entry 3: before it, 'Cooking' "),
    ]
    (task,) = list_tasks(store, SYSTEM)
    told = [
        (e.old, e.new) for e in task_changes(store, SYSTEM, task.id) if e.imported and e.field == "status"
    ]
    assert told == [(None, "backlog"), ("backlog", "done")]


@pytest.mark.parametrize(
    "instant", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-05:00", "1989-12-31T12:00:00Z", "0000-00-00"]
)
def test_only_the_entry_of_a_past_that_is_out_of_time_is_refused(
    store: Store, project: int, instant: str
) -> None:
    past = [
        {"occurred_at": instant, "field": "status", "old": None, "new": "backlog"},
        {"occurred_at": "Mon May 04 2026 11:00:00 GMT+0200 (CEST)", "field": "status", "old": "backlog", "new": "done"},
    ]  # fmt: skip
    report = read(store, json.dumps([{"name": "a", "project": "1.1", "status": "done", "history": past}]))
    ((row, column, message),) = said(report)
    assert (row, column) == (1, "history")
    assert instant in message
    assert "1990-01-01 and 2200-12-31" in message
    (task,) = list_tasks(store, SYSTEM)
    told = [e.occurred_at for e in task_changes(store, SYSTEM, task.id) if e.imported and e.new == "done"]
    assert told == [datetime(2026, 5, 4, 9, tzinfo=UTC)]


@pytest.mark.parametrize(
    "zero",
    ["0001-01-01T00:00:00Z", "0000-00-00", "00/00/0000", "1899-12-30", "1/0/1900", "1970-01-01T00:00:00.000+0000", "01.01.0001"],
)  # fmt: skip
def test_the_zero_date_of_a_program_is_no_date(store: Store, project: int, zero: str) -> None:
    report = read(store, f"id,title,due_date,points\n7,Water,{zero},3\n", into="1.1")
    assert (report.created, said(report)) == (1, [])
    assert [(note.row, note.column) for note in report.notes] == [(2, "due_date")]
    assert zero in report.notes[0].message
    assert tasks(store)["Water"].due is None


def test_a_year_of_four_digits_is_that_year(store: Store, project: int) -> None:
    report = read(store, "id,title,due_date\n7,Water,27/Nov/0026\n", into="1.1")
    assert said(report) == [(2, "due_date", "must be between 1990-01-01 and 2200-12-31, not 27/Nov/0026")]


def test_a_day_that_a_program_writes_as_an_instant_is_the_day_it_was_in_the_workspace(
    store: Store, project: int
) -> None:
    table = (
        "id,title,due_date,Colour\n1,midnight in London,Thu Jun 25 2026 23:00:00 GMT+0000 (GMT+00:00),red\n"
        "2,a plain day,2026-06-25T00:00:00Z,red\n3,none,N/A,red\n"
    )
    report = read(store, table, into="1.1", zone=ZoneInfo("Europe/London"))
    assert said(report) == []
    assert [tasks(store)[name].due for name in ("midnight in London", "a plain day", "none")] == [
        date(2026, 6, 26),
        date(2026, 6, 25),
        None,
    ]


def test_an_encoding_that_was_guessed_is_said_and_can_be_chosen(store: Store, project: int) -> None:
    data = "name,project\nЗадача,1.1\n".encode("cp1251")
    report = read(store, data, dry_run=True)
    assert "read as Cyrillic (Windows-1251), which is a guess" in report.notes[0].message
    report = read(store, data, encoding="koi8-r")
    assert (list(tasks(store)), report.notes) == (["гЮДЮВЮ"], ())
    with pytest.raises(UsageError, match="there is no encoding 'utf-9'"):
        read(store, data, encoding="utf-9")
    with pytest.raises(UsageError, match="it is not text in utf-8"):
        read(store, data, encoding="utf-8")


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("cp1251", "Задача недели"), ("koi8-r", "Задача недели"), ("cp866", "Задача недели"),
     ("cp1253", "Εργασία πρώτη"), ("latin-1", "Fenêtre cassée"),
     ("cp1252", "Prüfung – größer"), ("cp1250", "Zażółć gęślą jaźń"), ("cp932", "要件を定義する"), ("utf-16", "Prüfung"),
     ("utf-16-be", "Prüfung"), ("utf-32", "Prüfung")],
)  # fmt: skip
def test_an_encoding_that_is_not_said_is_guessed_from_the_letters(
    store: Store, project: int, encoding: str, words: str
) -> None:
    for form in (
        f"name,project\n{words},1.1\n",
        json.dumps([{"name": words, "project": "1.1"}], ensure_ascii=False),
    ):
        report = read(store, form.encode(encoding), dry_run=True)
        assert [row.name for row in report.rows] == [words]
        assert [note.row for note in report.notes] == ([] if encoding.startswith("utf") else [1])


def test_lines_above_the_heading_are_passed_over(store: Store, project: int) -> None:
    table = "Plan name;Garden\nExported on;2026-11-27\n\n;;\nTitle;Status;Colour\nMow;Todo;red\n"
    report = read(store, table, into="1.1")
    assert (report.created, said(report), report.unread) == (1, [], ("Colour",))
    assert [(note.row, note.message) for note in report.notes] == [
        (1, "above the heading, not read (rows 1 to 2)")
    ]


def test_the_columns_that_were_not_read_are_listed_in_every_form(store: Store, project: int) -> None:
    forms: dict[str, Any] = {
        "own": "level,name,project,Mood,Empty\ntask,a,1.1,good,\n",
        "table": "Title,Project,Mood,Empty\nb,1.1,good,\n",
        "jira": "Summary,Issue key,Mood,Empty\nc,P-1,good,\n",
        "json": json.dumps([{"name": "d", "project": "1.1", "Mood": "good", "Empty": None}]),
    }
    for text in forms.values():
        report = read(store, text)
        assert (report.unread, report.document()["unread"]) == (("Mood",), ["Mood"])


def sheet(
    *rows: list[Any], cover: bool = False, epoch: datetime | None = None, merged: tuple[str, ...] = ()
) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.epoch = epoch or book.epoch
    page = book.active
    assert page is not None
    if cover:
        page.append(["A plan of the garden"])
        page = book.create_sheet("Tasks")
    for row in rows:
        page.append(row)
    for cells in merged:
        page.merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_values(book: bytes, values: dict[str, str]) -> bytes:
    """The book as Excel saves it: each formula with the value that it computed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            for formula, value in values.items():
                content = content.replace(
                    f"<f>{formula}</f><v />".encode(), f"<f>{formula}</f><v>{value}</v>".encode()
                )
            new.writestr(part, content)
    return file.getvalue()


def test_formulas_of_a_sheet_are_read_as_their_values(store: Store, project: int) -> None:
    book = sheet(["Title", "Points", "Due date", "Colour"], ["Mow", "=1+2", datetime(2026, 11, 27), "red"],  # noqa: DTZ001
                 ["Rake", "=9+9", None, "red"])  # fmt: skip
    report = import_plan(store, SYSTEM, with_values(book, {"1+2": "3"}), filename="plan.xlsx", into="1.1")
    assert (tasks(store)["Mow"].points, tasks(store)["Mow"].due) == (3, date(2026, 11, 27))
    assert said(report) == [(3, "Points", "is a formula: '=9+9' (write its value instead)")]


@pytest.mark.parametrize(("mac", "counted"), [(False, 46336), (True, 44874)])
def test_a_number_in_a_column_of_days_is_a_day_as_the_sheet_counts_them(
    store: Store, project: int, mac: bool, counted: int
) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

    book = sheet(
        ["Task", "Due", "Start", "Colour"], ["Mow", counted, counted - 9.75, "red"], ["Rake", "46336", None, "red"],
        epoch=CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900,
    )  # fmt: skip
    report = import_plan(store, SYSTEM, book, filename="plan.xlsx", into="1.1")
    assert (tasks(store)["Mow"].due, tasks(store)["Mow"].start) == (date(2026, 11, 10), date(2026, 10, 31))
    ((row, column, message),) = said(report)
    assert (row, column) == (3, "Due")
    assert "a day as Excel counts them" in message


def test_a_cell_over_several_rows_is_in_each_of_them(store: Store, project: int) -> None:
    rows: list[list[Any]] = [
        ["Our plan"],
        ["Project", "Task", "Status"],
        ["1.1", "Mow", "Doing"],
        [None, "Rake", "Done"],
        [],
        [None, "Rest"],
    ]
    report = import_plan(store, SYSTEM, sheet(*rows, merged=("A1:C1", "A3:A6")), filename="plan.xlsx")
    assert said(report) == []
    assert [(row.row, row.name) for row in report.rows] == [(3, "Mow"), (4, "Rake"), (6, "Rest")]


def test_a_second_column_of_the_same_name_is_listed_as_not_read(store: Store, project: int) -> None:
    table = "Task,Notes,Notes,Status,Status\nMow,short,all of it,,Done\nRake,same,same,Done,Done\n"
    report = read(store, table, into="1.1")
    assert (tasks(store)["Mow"].description, tasks(store)["Mow"].status) == ("short", "done")
    assert report.unread == ("Notes",)


def test_the_sheet_with_the_tasks_is_found_behind_a_cover(store: Store, project: int) -> None:
    book = sheet(["Plan", "Garden"], [], ["Title", "Status"], ["Mow", "Todo"], cover=True)
    report = import_plan(store, SYSTEM, book, filename="plan.xlsx", into="1.1")
    assert [(row.row, row.name) for row in report.rows] == [(4, "Mow")]


# Other programs' tables


def test_a_hidden_sheet_comes_last_and_those_that_are_not_read_are_named(store: Store, project: int) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    for row in (["Name", "Status", "Priority"], ["A choice", "To do", "High"]):
        book.active.append(row)
    book.active.title, book.active.sheet_state = "Lists", "hidden"
    for title, name in (("Plan", "Dig"), ("Archive", "Dug")):
        sheet = book.create_sheet(title)
        for row in (["Task", "Status"], [name, "Doing"]):
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    report = import_plan(store, SYSTEM, file.getvalue(), filename="p.xlsx", into="1.1")
    assert list(tasks(store)) == ["Dig"]
    assert [note.message for note in report.notes] == ["only one sheet is read; others are Archive, Lists"]


def test_a_heading_that_comes_again_for_another_group_is_no_task(store: Store, project: int) -> None:
    board = (
        "Roadmap,,\n\nThis month,,\nName,Person,Timeline - End\nBuild,,2026-03-05\n\nNext month,,\n"
        "Name,Person,Timeline - End\nShip,,2026-04-05\n"
    )
    report = read(store, board, into="1.1")
    assert {task.title: task.due for task in list_tasks(store, SYSTEM)} == {
        "Build": date(2026, 3, 5),
        "Ship": date(2026, 4, 5),
    }
    assert [note.message for note in report.notes] == [
        "above the heading, not read (rows 1 to 3)",
        "the heading once more, or a title, not read (rows 7, 8)",
    ]


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("Name,Due\nBuild,2026-03-05\nShip,\nName,Due\nSell,\n", ["Build", "Ship", "Sell"]),
        ("Name,Due\nShip,\nName,Due\nSell,\n\n", ["Ship", "Sell"]),
        ("Task\nBuild\n\nShip\nTask\nSell\n", ["Build", "Ship", "Sell"]),
    ],
)
def test_the_last_task_of_an_export_before_another_in_the_same_file_is_no_title(
    store: Store, project: int, table: str, names: list[str]
) -> None:
    report = read(store, table, into="1.1")
    assert [row.name for row in report.rows] == names


def test_brackets_are_part_of_a_label_in_a_table_of_ones_own(store: Store, project: int) -> None:
    read(store, "Task,Tags\nDig,[p0]\nSow,[a] x [b]\n", into="1.1")
    assert {name: task.labels for name, task in tasks(store).items()} == {
        "Dig": ["[p0]"],
        "Sow": ["[a] x [b]"],
    }


def waiting(store: Store) -> set[tuple[str, str, str, int]]:
    titles = {task.id: task.title for task in list_tasks(store, SYSTEM)}
    return {
        (titles[wait.task_id], titles[wait.depends_on_id], wait.kind, wait.lag_days)
        for wait in list_dependencies(store, SYSTEM)
    }


def test_predecessors_of_a_sheet_without_ids_count_the_rows_below_its_heading(
    store: Store, project: int
) -> None:
    plan = 'Beds,\n\nTask Name,Predecessors\nDig,\n,\nSow,1\nWater,"1FS +2d, 3"\n'
    for _ in range(2):
        report = read(store, plan, into="1.1")
        assert waiting(store) == {
            ("Sow", "Dig", "fs", 0),
            ("Water", "Dig", "fs", 2),
            ("Water", "Sow", "fs", 0),
        }
    assert report.updated == 0
    assert [(note.row, note.message) for note in report.notes if note.column] == [
        (6, "numbers are taken for those of the rows below the heading")
    ]


@pytest.mark.parametrize("named", ["4", "2", "1;Mow"])
def test_numbers_that_are_not_all_of_other_rows_are_left_out(store: Store, project: int, named: str) -> None:
    report = read(store, f"Task Name,Predecessors\nDig,\nSow,{named}\nWater,1\n", into="1.1")
    assert waiting(store) == set()
    assert {note.row for note in report.notes} == {3, 4}


def test_a_row_whose_name_is_there_twice_is_nobodys_predecessor(store: Store, project: int) -> None:
    table = "Task Name,Project,Predecessors\nDig,1.1,\nDig,1.2,\nSow,1.1,1\n"
    report = read(store, table)
    assert waiting(store) == set()
    assert "there is no task '1' in the plan or in this file; left out" in {n.message for n in report.notes}


def test_a_stretch_of_days_in_one_cell_is_its_first_and_last_and_a_page_is_its_name(
    store: Store, project: int
) -> None:
    page = "Choose paint (https://www.notion.so/Choose-paint-0123456789abcdef?pvs=21)"
    table = (
        f'Name,Assign,Due,Parent item,Blocked by,Colour\nChoose paint,,"March 2, 2026 → March 6, 2026",,,red\n'
        f'Paint,,"March 9, 2026",{page},{page},red\n'
    )
    report = read(store, table, into="1.1")
    assert (said(report), report.notes) == ([], ())
    choose, paint = tasks(store)["Choose paint"], tasks(store)["Paint"]
    assert (choose.start, choose.due) == (date(2026, 3, 2), date(2026, 3, 6))
    assert (paint.start, paint.due, paint.parent_id) == (None, date(2026, 3, 9), choose.id)
    assert [(d.task_id, d.depends_on_id) for d in list_dependencies(store, SYSTEM)] == [(paint.id, choose.id)]


def test_any_table_is_read_by_a_mapping_which_is_remembered(store: Store, project: int) -> None:
    table = "Nr,What,Who,State,Until\n7,Buy it,nobody,Doing it,2026-05-04\n"
    mapping = {
        "columns": {"Nr": "key", "What": "name", "Who": "assignee", "State": "status", "Until": "due"},
        "values": {"status": {"doing it": "in_progress"}},
        "project": "1.1",
    }
    report = read(store, table, mapping=mapping, remember="Our list")
    assert (report.created, said(report)) == (1, [])
    assert [(note.row, note.column) for note in report.notes] == [(2, "Who")]
    (task,) = list_tasks(store, SYSTEM)
    assert (task.status, task.due, task.external_id) == ("in_progress", date(2026, 5, 4), "7")
    assert list(list_mappings(store, SYSTEM)) == ["Our list"]
    assert read(store, table.replace("Buy it", "Buy two"), mapping="Our list").problems == ()


def test_columns_are_guessed_and_a_project_may_take_all(store: Store, project: int) -> None:
    report = read(store, "Task name,Assigned to,Deadline,Tags,Colour\nBuy it,,2026-05-04,a,red\n", into="1.1")
    assert (report.format, report.created) == ("table", 1)
    (task,) = list_tasks(store, SYSTEM)
    assert (task.labels, task.due) == (["a"], date(2026, 5, 4))


def test_a_column_of_types_of_issues_makes_no_table_our_own(store: Store, project: int) -> None:
    table = "id,name,type,state,owners,epic,project\n7,Build,feature,In Development,mia,Cart,1.1\n"
    report = read(store, table)
    assert (report.format, said(report), tasks(store)["Build"].status) == ("table", [], "in_progress")
    assert report.unread == ("type", "epic")
    ours = "type,number,name,effort,Colour\neffort,2,Garden,,red\nproject,2.1,Beds,2,red\n"
    report = read(store, ours)
    assert (report.format, report.created, report.unread) == ("orchflow", 2, ("Colour",))


def test_namesakes_of_a_foreign_table_under_no_known_parent_are_new(store: Store, project: int) -> None:
    read(store, "level,key,name,project\ntask,A,Same,1.1\ntask,B,Same,1.1\n")
    report = read(store, "Task name,Section,Parent task,Colour\nSame,1.1,Nowhere,red\n")
    assert (report.created, said(report)) == (1, [])
    assert [(note.row, note.column) for note in report.notes] == [(2, "Parent task")]


def test_a_mapping_may_name_the_instants_of_a_task_or_its_whole_past(store: Store, project: int) -> None:
    past = json.dumps(
        [{"occurred_at": "2026-05-04T09:00:00Z", "field": "status", "old": "todo", "new": "done"}]
    ).replace('"', '""')
    table = f'Nr,What,State,Log,Opened\n7,Buy it,Done,"{past}",\n8,Sell it,To do,,2026-05-01\n9,Odd,To do,nonsense,\n'
    columns = {"Nr": "key", "What": "name", "State": "status", "Log": "history", "Opened": "created"}
    report = read(store, table, mapping={"columns": columns, "project": "1.1"})
    assert said(report) == [(4, "Log", "is not JSON: a list of {occurred_at, field, old, new, by}")]
    told = {
        name: [(e.occurred_at.day, e.new) for e in task_changes(store, SYSTEM, task.id) if e.imported and e.field == "status"]
        for name, task in tasks(store).items()
    }  # fmt: skip
    assert told == {"Buy it": [(4, "backlog"), (4, "done")], "Sell it": [(1, "backlog")]}


def test_a_mapping_to_nothing_is_refused(store: Store) -> None:
    with pytest.raises(Invalid, match="'nonsense' is not one of"):
        read(store, "a\n1\n", mapping={"columns": {"a": "nonsense"}})


def test_a_file_on_disk_is_named_when_it_cannot_be_read(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"missing.csv cannot be read"):
        import_plan(store, SYSTEM, tmp_path / "missing.csv")


def test_projects_without_numbers_get_the_next_ones(store: Store) -> None:
    read(
        store,
        "level,key,name,effort,project\neffort,E,Big,,\nproject,P,First,E,\nproject,Q,Second,E,\ntask,T,Do,,Q\n",
    )
    assert [p.number for p in list_projects(store, SYSTEM)] == ["1.1", "1.2"]
    assert list_tasks(store, SYSTEM)[0].project_id == list_projects(store, SYSTEM)[1].id


def test_tasks_of_a_foreign_table_may_call_each_other_by_their_titles(store: Store, project: int) -> None:
    table = "Title,Parent task,Blocked by,Colour\nRake,Garden,Mow,red\nGarden,,,red\nMow,garden,,red\nSow,Elsewhere,,red\n"
    for _ in range(2):
        report = read(store, table, into="1.1")
        assert said(report) == []
        assert [(note.row, note.column) for note in report.notes] == [(5, "Parent task")]
        found = tasks(store)
        assert found["Rake"].parent_id == found["Mow"].parent_id == found["Garden"].id
        assert (found["Sow"].parent_id, found["Sow"].project_id) == (None, project)
        (dependency,) = list_dependencies(store, SYSTEM)
        assert (dependency.task_id, dependency.depends_on_id) == (found["Rake"].id, found["Mow"].id)


def test_the_words_of_every_level_are_understood(store: Store) -> None:
    records = [
        {"level": "Effort", "key": "E", "name": "House", "status": "Done"},
        {"level": "PROJECT", "key": "P", "name": "Rooms", "effort": "E", "status": "Blocked"},
        {"level": "sprint", "name": "Sprint 1", "status": "Future"},
        {
            "level": "Bug",
            "key": "A",
            "name": "a",
            "project": "P",
            "status": "WON'T DO",
            "priority": "HIGHEST",
        },
        {
            "level": "task",
            "key": "B",
            "name": "b",
            "project": "P",
            "depends_on": [{"task": "A", "kind": "SS"}],
        },
    ]
    for created in (5, 0):
        report = read(store, json.dumps(records))
        assert (said(report), report.created, report.updated) == ([], created, 0)
    assert [effort.status for effort in list_efforts(store, SYSTEM)] == ["completed"]
    assert [each.status for each in list_projects(store, SYSTEM)] == ["blocked"]
    assert (tasks(store)["a"].status, tasks(store)["a"].priority) == ("cancelled", "urgent")
