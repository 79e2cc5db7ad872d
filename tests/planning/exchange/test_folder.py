"""The plan as folders: written, edited on disk, read back; nothing is lost on either side."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.errors import Forbidden, UsageError
from orchflow.people.permissions import SYSTEM, Role
from orchflow.planning.exchange.disk_plan import MANIFEST
from orchflow.planning.exchange.folder import read_folder, write_folder
from orchflow.planning.exchange.markdown import Block, Page, parse, render
from orchflow.planning.exchange.records import Level
from orchflow.planning.work.goals import create_goal, list_goals
from orchflow.planning.work.projects import create_project, list_projects, update_project
from orchflow.planning.work.tasks import delete_task, list_tasks, update_task
from orchflow.store.engine import Store
from tests.planning.conftest import AddPerson, AddTask, Reread


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "projects"


def page(folder: Path, name: str = "tasks.md") -> Path:
    return folder / "effort-1-infrastructure" / "project-1.1-hardware" / name


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_has_the_form_of_the_mission(
    store: Store, folder: Path, add_task: AddTask, project: int
) -> None:
    create_goal(store, SYSTEM, project_id=project, name="Ready", metric="Servers", unit="servers", target=1)
    parent = add_task("Server", points=3, due=date(2026, 5, 4), description="Buy it.\n\n- now")
    add_task("Order", parent_id=parent.id, status="done")
    write_folder(store, SYSTEM, folder)
    assert page(folder, "documentation").is_dir()
    assert page(folder, "goals.md").read_text(encoding="utf-8").startswith("# 1.1 Hardware <!-- id: P")
    tasks = page(folder).read_text(encoding="utf-8")
    assert "- [ ] Server <!-- id: T" in tasks
    assert "  - points: 3\n" in tasks
    assert "  > Buy it.\n  >\n  > - now\n" in tasks
    assert "  - [x] Order <!-- id: T" in tasks


def test_writing_and_reading_without_an_edit_changes_nothing(
    store: Store, folder: Path, add_task: AddTask
) -> None:
    add_task("Server", labels=["a", "b"], milestone=True, priority="high")
    write_folder(store, SYSTEM, folder)
    files, version = snapshot(folder), store.version("plan")
    assert write_folder(store, SYSTEM, folder).files == 0
    report, written = read_folder(store, SYSTEM, folder)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 3)
    assert (report.clean, written.files) == (True, 0)
    assert (snapshot(folder), store.version("plan")) == (files, version)


def test_edits_on_disk_come_into_the_plan(
    store: Store, folder: Path, add_task: AddTask, reread: Reread, project: int
) -> None:
    goal = create_goal(store, SYSTEM, project_id=project, name="Ready", target=1)
    task = add_task("Server", points=3, due=date(2026, 5, 4))
    write_folder(store, SYSTEM, folder)
    edit(page(folder), "- [ ] Server", "- [x] The server")
    edit(page(folder), "points: 3", "points: 5")
    edit(page(folder), "  - due: 2026-05-04\n", "  > Said on disk.\n")
    edit(page(folder, "goals.md"), "- target: 1", "- target: 2")
    edit(page(folder, "goals.md"), "# 1.1 Hardware ", "# 1.1 Machines ")
    report, _ = read_folder(store, SYSTEM, folder)
    assert (report.updated, report.clean) == (3, True)
    found = reread(task.id)
    assert (found.title, found.status, found.points, found.due) == ("The server", "done", 5, None)
    assert found.description == "Said on disk."
    assert [row.target for row in list_goals(store, SYSTEM, ids=[goal.id])] == [2]
    assert [row.name for row in list_projects(store, SYSTEM)] == ["Machines"]


def test_a_box_that_is_cleared_reopens_the_task(
    store: Store, folder: Path, add_task: AddTask, reread: Reread
) -> None:
    task = add_task("Server", status="done")
    write_folder(store, SYSTEM, folder)
    edit(page(folder), "- [x]", "- [ ]")
    read_folder(store, SYSTEM, folder)
    assert reread(task.id).status == "in_progress"


def test_new_tasks_get_their_ids_and_are_made_once(store: Store, folder: Path, add_task: AddTask) -> None:
    add_task("Server")
    write_folder(store, SYSTEM, folder)
    with page(folder).open("a", encoding="utf-8") as file:
        file.write("\n- [ ] Cable\n  - points: 2\n  - [x] Measure\n    > twice\n")
    report, _ = read_folder(store, SYSTEM, folder)
    assert (report.created, report.clean) == (2, True)
    found = {task.title: task for task in list_tasks(store, SYSTEM)}
    assert (found["Measure"].parent_id, found["Measure"].status) == (found["Cable"].id, "done")
    assert page(folder).read_text(encoding="utf-8").count("<!-- id:") == 3
    again, written = read_folder(store, SYSTEM, folder)
    assert (again.created, again.updated, written.files) == (0, 0, 0)


def test_a_task_moved_under_another_or_to_another_page_moves(
    store: Store, folder: Path, add_task: AddTask, effort: int, reread: Reread
) -> None:
    first, second = add_task("First"), add_task("Second")
    other = create_project(store, SYSTEM, number="1.2", effort_id=effort, name="Software")
    write_folder(store, SYSTEM, folder)
    text = page(folder).read_text(encoding="utf-8")
    block = text[text.index("- [ ] Second") :]
    page(folder).write_text(text.replace(block, ""), encoding="utf-8")
    software = folder / "effort-1-infrastructure" / "project-1.2-software" / "tasks.md"
    with software.open("a", encoding="utf-8") as file:
        file.write("\n" + block)
    report, _ = read_folder(store, SYSTEM, folder)
    assert report.clean
    assert (reread(second.id).project_id, reread(first.id).project_id) == (other.id, first.project_id)
    assert "Second" in software.read_text(encoding="utf-8")


def test_lines_that_are_no_part_of_the_plan_are_kept(
    store: Store, folder: Path, add_task: AddTask, reread: Reread
) -> None:
    task = add_task("Server")
    write_folder(store, SYSTEM, folder)
    edit(page(folder), "# Tasks of 1.1 Hardware\n", "# My own heading\n\nAsk *Jo* first.\n")
    with page(folder).open("a", encoding="utf-8") as file:
        file.write("\nSee the offer.\n\n```\n- [ ] not a task\n```\n")
    update_task(store, SYSTEM, task.id, task.version, {"title": "The server"})
    write_folder(store, SYSTEM, folder)
    text = page(folder).read_text(encoding="utf-8")
    assert text.startswith("# My own heading\n\nAsk *Jo* first.\n")
    assert "- [ ] The server" in text
    assert text.endswith("See the offer.\n\n```\n- [ ] not a task\n```\n")
    report, _ = read_folder(store, SYSTEM, folder)
    assert (report.created, report.updated) == (0, 0)
    assert page(folder).read_text(encoding="utf-8") == text


def test_different_fields_changed_on_both_sides_merge(
    store: Store, folder: Path, add_task: AddTask, reread: Reread
) -> None:
    task = add_task("Server", points=3)
    write_folder(store, SYSTEM, folder)
    edit(page(folder), "points: 3", "points: 5")
    update_task(store, SYSTEM, task.id, task.version, {"title": "The server"})
    report, _ = read_folder(store, SYSTEM, folder)
    assert report.clean
    assert (reread(task.id).title, reread(task.id).points) == ("The server", 5)
    assert "- [ ] The server" in page(folder).read_text(encoding="utf-8")


def test_the_same_field_changed_on_both_sides_is_a_conflict_and_both_values_live(
    store: Store, folder: Path, add_task: AddTask, reread: Reread
) -> None:
    task = add_task("Server", points=3)
    write_folder(store, SYSTEM, folder)
    edit(page(folder), "points: 3", "points: 5")
    update_task(store, SYSTEM, task.id, task.version, {"points": 8})
    (differing,) = write_folder(store, SYSTEM, folder).conflicts
    assert (differing.field, differing.plan, differing.disk) == ("points", "8", "5")
    for _ in range(2):
        report, _ = read_folder(store, SYSTEM, folder)
        (conflict,) = report.conflicts
        assert (conflict.field, conflict.base, conflict.plan, conflict.file) == ("points", "3", "8", "5")
        assert reread(task.id).points == 8
        assert "points: 5" in page(folder).read_text(encoding="utf-8")
    read_folder(store, SYSTEM, folder, take="file")
    assert reread(task.id).points == 5
    assert read_folder(store, SYSTEM, folder)[0].clean


def test_taking_the_plans_side_writes_it_to_disk(store: Store, folder: Path, add_task: AddTask) -> None:
    task = add_task("Server", points=3)
    write_folder(store, SYSTEM, folder)
    edit(page(folder), "points: 3", "points: 5")
    update_task(store, SYSTEM, task.id, task.version, {"points": 8})
    read_folder(store, SYSTEM, folder, take="plan")
    assert "points: 8" in page(folder).read_text(encoding="utf-8")


def test_an_edit_on_disk_is_not_overwritten_by_writing_again(
    store: Store, folder: Path, add_task: AddTask, reread: Reread
) -> None:
    task = add_task("Server", points=3)
    write_folder(store, SYSTEM, folder)
    edit(page(folder), "points: 3", "points: 5")
    report = write_folder(store, SYSTEM, folder)
    assert [(one.field, one.both) for one in report.differing] == [("points", False)]
    read_folder(store, SYSTEM, folder)
    assert reread(task.id).points == 5


def test_a_task_deleted_in_the_plan_goes_from_disk_unless_it_was_edited_there(
    store: Store, folder: Path, add_task: AddTask
) -> None:
    first, second = add_task("First"), add_task("Second")
    write_folder(store, SYSTEM, folder)
    edit(page(folder), "- [ ] Second", "- [ ] Second thoughts")
    delete_task(store, SYSTEM, first.id)
    delete_task(store, SYSTEM, second.id)
    report, _ = read_folder(store, SYSTEM, folder)
    assert [(one.name, one.plan) for one in report.conflicts] == [("Second thoughts", "deleted")]
    text = page(folder).read_text(encoding="utf-8")
    assert "First" not in text
    assert "Second thoughts" in text
    assert list_tasks(store, SYSTEM) == []


def test_a_task_deleted_on_disk_stays_in_the_plan_and_comes_back(
    store: Store, folder: Path, add_task: AddTask
) -> None:
    add_task("Server")
    write_folder(store, SYSTEM, folder)
    page(folder).write_text("# Nothing\n", encoding="utf-8")
    report, _ = read_folder(store, SYSTEM, folder)
    assert "'Server' is no longer here" in report.notes[0].message
    assert len(list_tasks(store, SYSTEM)) == 1
    assert "Server" in page(folder).read_text(encoding="utf-8")


def test_a_bad_value_is_named_by_file_and_line_and_left_on_disk(
    store: Store, folder: Path, add_task: AddTask, reread: Reread
) -> None:
    task = add_task("Server", points=3)
    write_folder(store, SYSTEM, folder)
    edit(page(folder), "points: 3", "points: many")
    report, _ = read_folder(store, SYSTEM, folder)
    (problem,) = report.problems
    assert (problem.row, problem.column) == (
        "effort-1-infrastructure/project-1.1-hardware/tasks.md:3",
        "points",
    )
    assert reread(task.id).points == 3
    assert "points: many" in page(folder).read_text(encoding="utf-8")


def test_without_the_record_of_what_was_agreed_differences_are_conflicts(
    store: Store, folder: Path, add_task: AddTask, reread: Reread
) -> None:
    task = add_task("Server", points=3)
    write_folder(store, SYSTEM, folder)
    (folder / MANIFEST).unlink()
    assert read_folder(store, SYSTEM, folder)[0].clean
    (folder / MANIFEST).unlink()
    edit(page(folder), "points: 3", "points: 5")
    report, _ = read_folder(store, SYSTEM, folder)
    assert [(one.field, one.plan, one.file) for one in report.conflicts] == [("points", "3", "5")]
    assert reread(task.id).points == 3


def test_a_renamed_project_keeps_its_folder(
    store: Store, folder: Path, project: int, add_task: AddTask
) -> None:
    add_task("Server")
    write_folder(store, SYSTEM, folder)
    (page(folder, "documentation") / "notes.md").write_text("mine", encoding="utf-8")
    update_project(store, SYSTEM, project, 1, {"name": "Machines"})
    write_folder(store, SYSTEM, folder)
    assert page(folder, "goals.md").read_text(encoding="utf-8").startswith("# 1.1 Machines")
    assert (page(folder, "documentation") / "notes.md").read_text(encoding="utf-8") == "mine"


def test_a_dry_run_touches_neither_side(store: Store, folder: Path, add_task: AddTask) -> None:
    add_task("Server", points=3)
    write_folder(store, SYSTEM, folder)
    edit(page(folder), "points: 3", "points: 5")
    files, version = snapshot(folder), store.version("plan")
    report, _ = read_folder(store, SYSTEM, folder, dry_run=True)
    assert (report.updated, report.dry_run) == (1, True)
    assert (snapshot(folder), store.version("plan")) == (files, version)


def test_only_managers_read_back_what_others_write_out(
    store: Store, folder: Path, add_person: AddPerson, add_task: AddTask
) -> None:
    analyst = add_person("vera", Role.ANALYST)
    add_task("Server")
    write_folder(store, analyst, folder)
    with pytest.raises(Forbidden):
        read_folder(store, analyst, folder)


def test_a_folder_without_a_plan_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no plan"):
        read_folder(store, SYSTEM, tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="is a file"):
        write_folder(store, SYSTEM, tmp_path / "file")


LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)
WORDS = LINES.map(lambda text: " ".join(text.split())).filter(bool)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.builds(
            Block, st.just(Level.TASK), WORDS, st.sampled_from(["T1@aaaaaaaa", "x:y", "a%3Ab"]),
            st.dictionaries(st.sampled_from(["status", "points", "blocked_reason", "labels"]), WORDS),
            st.lists(LINES, max_size=3).map("\n".join), st.booleans(), st.just(0),
        ),
        max_size=4,
    )
)  # fmt: skip
def test_a_page_is_read_as_it_was_written(blocks: list[Block]) -> None:
    for block in blocks:
        block.description = block.description.rstrip("\n")
    read = parse(render(Page(["# Tasks"], blocks)), ())
    for block in read.blocks:
        block.line = 0
    assert read.blocks == blocks
    assert read.preamble == ["# Tasks"]
