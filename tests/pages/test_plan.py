"""The Plan screen: what each role sees and may do, what the address shows, and how changes are saved."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.errors import Unavailable, UsageError
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import UserRow
from orchflow.planning.sprints.sprints import create_sprint
from orchflow.planning.undo.undo import undo
from orchflow.planning.work.efforts import EFFORTS, create_effort
from orchflow.planning.work.goals import create_goal
from orchflow.planning.work.projects import create_project, get_project, update_project
from orchflow.planning.work.tasks import Edit, create_task, get_task, save_tasks, update_task
from orchflow.screens.plan.plan_columns import every_column, rows_of
from orchflow.screens.plan.plan_data import plan_data
from orchflow.screens.plan.plan_folder import folder_zip, import_zip
from orchflow.screens.plan.plan_saving import saver
from orchflow.screens.plan.plan_view import View, selected
from orchflow.store.entity import Entity
from orchflow.store.written import Refused
from orchflow.ui.sheet_stage import SheetChange
from orchflow.workspace import Workspace
from tests.pages.conftest import Browser, headings
from tests.pages.plan_facts import as_of, build_plan

PAGE = "plan"
TODAY = date(2026, 11, 22)


@pytest.fixture
def project(browser: Browser) -> int:
    """A small plan: one project with a goal, a task with a subtask, and a late one."""
    store = browser.ws.store
    effort = create_effort(store, SYSTEM, number=1, name="Infrastructure")
    made = create_project(store, SYSTEM, number="1.1", effort_id=effort.id, name="Hardware")
    create_project(store, SYSTEM, number="1.2", effort_id=effort.id, name="Software")
    create_goal(store, SYSTEM, project_id=made.id, name="Server ready", target=1)
    report = save_tasks(
        store,
        SYSTEM,
        [
            Edit(None, None, {"project_id": made.id, "title": "Order the server", "points": 3}),
            Edit(None, None, {"project_id": made.id, "title": "Lay cables", "due": date(2026, 11, 1)}),
        ],
    )
    first = report.outcomes[0].id
    save_tasks(store, SYSTEM, [Edit(None, None, {"parent_id": first, "title": "Ask suppliers"})])
    return made.id


def _titles(ws: Workspace, view: View, user_id: int | None = None) -> list[str]:
    return list(selected(plan_data(ws, SYSTEM), view, user_id, TODAY)["title"])


def _task(ws: Workspace, title: str) -> int:
    frame = plan_data(ws, SYSTEM).frame
    return int(frame.loc[frame["title"] == title, "id"].iloc[0])


def _actor(user: UserRow) -> Actor:
    return Actor(user.id, user.username, user.display_name, user.role)


@pytest.mark.parametrize(
    ("role", "buttons"), [(Role.MANAGER, ["Lay out the journey", "Import a plan"]), (Role.VIEWER, [])]
)
def test_without_a_plan_a_manager_can_start_the_journey(
    browser: Browser, role: Role, buttons: list[str]
) -> None:
    shown = browser.visit(PAGE, browser.person(role))

    assert not shown.exception
    assert headings(shown)[0] == "Plan"
    assert "There is no plan yet" in " ".join(one.value for one in shown.markdown)
    labels = [button.label for button in shown.button]
    assert [label for label in labels if label in ("Lay out the journey", "Import a plan")] == buttons


@pytest.mark.parametrize("level", ["Tree", "Efforts", "Projects", "Goals", "Tasks"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.MEMBER, Role.MANAGER])
def test_every_level_shows_itself_to_every_role(
    browser: Browser, project: int, role: Role, level: str
) -> None:
    shown = browser.open(PAGE, browser.person(role), level=level)

    assert not shown.exception
    assert not [one.value for one in shown.error]
    plans = {"Import", "Delete", "Journey"} & {button.label for button in shown.button}
    assert bool(plans) is (role is Role.MANAGER)


def test_the_address_opens_a_task_and_names_one_that_is_gone(browser: Browser, project: int) -> None:
    manager = browser.person(Role.MANAGER)
    task = _task(browser.ws, "Order the server")
    shown = browser.open(PAGE, manager, task=str(task))
    assert "#### Order the server" in [one.value for one in shown.markdown]

    shown = browser.open(PAGE, manager, task="999")
    assert "There is no task 999" in shown.warning[0].value


def test_markup_in_a_title_is_shown_as_it_was_written(browser: Browser, project: int) -> None:
    store = browser.ws.store
    task = get_task(store, SYSTEM, _task(browser.ws, "Lay cables"))
    update_task(store, SYSTEM, task.id, task.version, {"title": "<b>$x$</b> ![i](http://e.org/i.png)"})
    shown = browser.open(PAGE, browser.person(Role.VIEWER), task=str(task.id))

    heading = next(one.value for one in shown.markdown if one.value.startswith("####"))
    assert heading == r"#### \<b\>\$x\$\</b\> \!\[i\]\(http\::small[]//e\.org/i\.png\)"


def test_a_filter_keeps_what_stands_above_a_match_in_the_tree(browser: Browser, project: int) -> None:
    assert _titles(browser.ws, View(text="suppliers")) == [
        "Infrastructure",
        "Hardware",
        "Order the server",
        "Ask suppliers",
    ]
    assert _titles(browser.ws, View("task", text="suppliers")) == ["Ask suppliers"]


def test_what_is_late_is_found_and_sorted_with_undated_rows_last(browser: Browser, project: int) -> None:
    assert _titles(browser.ws, View("task", quick=("overdue",))) == ["Lay cables"]
    assert _titles(browser.ws, View("task", sort="due"))[0] == "Lay cables"
    assert _titles(browser.ws, View("task", sort="points", descending=True))[0] == "Order the server"


def test_a_task_is_added_to_the_tree_by_naming_its_project(browser: Browser, project: int) -> None:
    shown = browser.open(PAGE, browser.person(Role.MANAGER))
    shown.button(key="plan-new-task").click().run()

    assert not shown.exception
    assert shown.text_input(key="new-task-title").value == ""
    assert {"1.1 Hardware", "1.2 Software"} <= {*shown.selectbox(key="new-task-project_id").options}

    shown.session_state["plan.inside"] = str(project)
    assert shown.run().button(key="plan-add").label == "Add task", (
        "a new row of the grid, which has its project"
    )


def test_what_is_next_stands_before_what_is_finished(browser: Browser, project: int) -> None:
    store = browser.ws.store
    late = get_task(store, SYSTEM, _task(browser.ws, "Lay cables"))
    update_task(store, SYSTEM, late.id, late.version, {"status": "done"})
    soon = get_task(store, SYSTEM, _task(browser.ws, "Ask suppliers"))
    update_task(store, SYSTEM, soon.id, soon.version, {"due": date(2026, 12, 1)})

    assert _titles(browser.ws, View("task", sort="next")) == [
        "Ask suppliers",
        "Order the server",
        "Lay cables",
    ]
    assert _titles(browser.ws, View("project", sort="next")) == ["Hardware", "Software"]


def test_a_cell_knows_what_a_file_may_call_things(browser: Browser, project: int) -> None:
    person = browser.person(Role.MEMBER)
    sprint = create_sprint(browser.ws.store, SYSTEM, start=date(2026, 11, 23), end=date(2026, 12, 4))
    goal = plan_data(browser.ws, SYSTEM).frame.query("level == 'goal'")["id"].iloc[0]
    columns = every_column(plan_data(browser.ws, SYSTEM), "task")

    for name in (person.username, f"{person.display_name} <{person.username}>", person.display_name.upper()):
        assert columns["owner_id"].read(name) == person.id
    assert columns["project_id"].read("1.1") == columns["project_id"].read("hardware") == project
    assert (
        columns["sprint_id"].read(str(sprint.number)) == columns["sprint_id"].read(sprint.name) == sprint.id
    )
    assert columns["goal_id"].read("server  READY") == goal
    with pytest.raises(Refused, match="there is nobody called 'nobody'"):
        columns["owner_id"].read("nobody")


def test_a_name_that_several_have_is_not_guessed(browser: Browser, project: int) -> None:
    create_project(browser.ws.store, SYSTEM, number="1.3", effort_id=1, name="Hardware")
    columns = every_column(plan_data(browser.ws, SYSTEM), "task")

    with pytest.raises(Refused, match="could be 2 projects: 'Hardware'"):
        columns["project_id"].read("Hardware")


def test_a_place_in_the_plan_shows_only_what_is_there(browser: Browser, project: int) -> None:
    assert _titles(browser.ws, View("project", project=project)) == ["Hardware"]
    assert len(_titles(browser.ws, View("task", project=project))) == 3
    assert _titles(browser.ws, View("task", project=project + 1)) == []


def test_changes_of_several_levels_are_saved_at_once(browser: Browser, project: int) -> None:
    store, ws = browser.ws.store, browser.ws
    task = get_task(store, SYSTEM, _task(ws, "Lay cables"))
    stored = get_project(store, SYSTEM, project)
    outcomes = saver(store, SYSTEM, "task", {"project_id": project})(
        [
            SheetChange(f"task-{task.id}", task.version, {"owner_id": None, "points": 5}, {}, task.title),
            SheetChange(f"project-{project}", stored.version, {"title": "Servers"}, {}, stored.name),
            SheetChange("new-1", None, {"title": "Test cables", "project_id": None}, {}, "new row 1"),
        ]
    )

    assert [one.fate for one in outcomes] == ["saved", "saved", "saved"]
    assert get_project(store, SYSTEM, project).name == "Servers"
    assert get_task(store, SYSTEM, _task(ws, "Test cables")).project_id == project


def test_a_conflict_comes_back_in_the_columns_of_the_sheet(browser: Browser, project: int) -> None:
    store = browser.ws.store
    stored = get_project(store, SYSTEM, project)
    update_project(store, SYSTEM, project, stored.version, {"name": "Theirs"})
    (outcome,) = saver(store, SYSTEM, "project", {})(
        [SheetChange(f"project-{project}", stored.version, {"title": "Mine"}, {}, stored.name)]
    )

    assert outcome.fate == "conflict"
    assert outcome.version == get_project(store, SYSTEM, project).version
    assert (outcome.title, outcome.conflicts[0].by) == ("Theirs", SYSTEM.username)
    (conflict,) = outcome.conflicts
    assert (conflict.field, conflict.base, conflict.theirs, conflict.mine) == (
        "title",
        "Hardware",
        "Theirs",
        "Mine",
    )


def test_a_member_is_refused_with_the_reason_at_the_row(browser: Browser, project: int) -> None:
    member = _actor(browser.person(Role.MEMBER))
    task = get_task(browser.ws.store, SYSTEM, _task(browser.ws, "Lay cables"))
    (outcome,) = saver(browser.ws.store, member, "task", {})(
        [SheetChange(f"task-{task.id}", task.version, {"status": "ready"}, {}, task.title)]
    )

    assert outcome.fate == "refused"
    assert outcome.problems[0].message == "only its assignee or a manager changes this"


def test_the_import_dialog_opens_on_an_empty_plan(browser: Browser) -> None:
    shown = browser.visit(PAGE, browser.person(Role.MANAGER))
    next(button for button in shown.button if button.label == "Import a plan").click().run()

    assert not shown.exception
    assert "Nothing is written before you have seen" in " ".join(one.value for one in shown.caption)


def test_a_plan_taken_away_as_folders_comes_back_unchanged(browser: Browser, project: int) -> None:
    data = folder_zip(browser.ws.store, SYSTEM)

    report = import_zip(browser.ws.store, SYSTEM, data, dry_run=True)
    assert (report.created, report.updated, report.problems) == (0, 0, ())


def test_a_zip_that_reaches_outside_or_is_none_is_refused(browser: Browser) -> None:
    outside = io.BytesIO()
    with zipfile.ZipFile(outside, "w") as archive:
        archive.writestr("../evil.md", "x")

    with pytest.raises(UsageError, match="outside of it"):
        import_zip(browser.ws.store, SYSTEM, outside.getvalue(), dry_run=True)
    with pytest.raises(UsageError, match="cannot be read"):
        import_zip(browser.ws.store, SYSTEM, b"no zip", dry_run=True)


@pytest.mark.parametrize("level", ["Tree", "Efforts", "Projects", "Goals", "Tasks"])
def test_every_level_shows_its_sheet(browser: Browser, level: str) -> None:
    build_plan(browser.ws)
    shown = browser.open("plan", browser.person(Role.MANAGER), **{"plan.level": level})

    assert not shown.exception
    assert not shown.error


def test_the_day_of_the_last_change_is_the_workspaces(
    project: int, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    with as_of(late):
        task = create_task(browser.ws.store, SYSTEM, project_id=project, title="Made late")
    monkeypatch.setattr("orchflow.screens.plan.plan_columns.zone", lambda: ZoneInfo("Europe/Berlin"))
    data = plan_data(browser.ws, SYSTEM)
    page = data.frame[data.frame["title"] == task.title]

    assert [row.values["updated"] for row in rows_of(data, page, View(), SYSTEM)] == ["22 Nov 2026"]


@pytest.mark.parametrize("address", [{"task": "²"}, {"plan.q": "#²"}, {"plan.q": "#" + "9" * 30}])
def test_a_number_that_is_none_is_no_fault(project: int, browser: Browser, address: dict[str, str]) -> None:
    shown = browser.open(PAGE, browser.person(Role.MANAGER), **address)

    assert not shown.exception
    assert not shown.error


def test_the_page_that_the_address_names_is_shown(project: int, browser: Browser) -> None:
    rows = [Edit(None, None, {"project_id": project, "title": f"Task {number}"}) for number in range(60)]
    save_tasks(browser.ws.store, SYSTEM, rows)
    address = {"plan.level": "Tasks", "plan.size": "50", "plan.at": "2"}
    shown = browser.open(PAGE, browser.person(Role.VIEWER), **address)

    assert any(caption.value.startswith("51–63 of 63 rows") for caption in shown.caption)


def test_the_menu_of_views_closes_when_one_is_kept(project: int, browser: Browser) -> None:
    shown = browser.open(PAGE, browser.person(Role.MANAGER))
    shown.session_state["plan-layout"] = True
    shown.run()
    shown.text_input(key="plan.view-name").set_value("Mine")
    next(button for button in shown.button if button.label == "Keep").click().run()

    assert [toast.value for toast in shown.toast] == ["View Mine kept"]
    assert shown.session_state["plan-layout"] is False


def test_many_groups_are_a_list_to_choose_from(project: int, browser: Browser) -> None:
    store = browser.ws.store
    effort = create_effort(store, SYSTEM, number=2, name="Many")
    for number in range(13):
        made = create_project(
            store, SYSTEM, number=f"2.{number + 1}", effort_id=effort.id, name=f"Part {number}"
        )
        create_task(store, SYSTEM, project_id=made.id, title=f"Task {number}")
    shown = browser.open(
        PAGE, browser.person(Role.VIEWER), **{"plan.level": "Tasks", "plan.group": "Project"}
    )

    assert shown.selectbox(key="plan-only-project_id").placeholder == "All 14 groups"


def test_acts_appear_when_rows_are_ticked_and_a_move_closes_its_menu(project: int, browser: Browser) -> None:
    acts = {"Fill", "Move to", "Delete", "Tick all"}
    shown = browser.open(PAGE, browser.person(Role.MANAGER))
    assert not acts & _labels(shown)

    task = _task(browser.ws, "Lay cables")
    shown.session_state["plan-tree-sheet"].stage.chosen.add(f"task-{task}")
    shown.session_state["plan-move-to"] = True
    shown.run()
    assert acts <= _labels(shown)
    shown.selectbox(key="plan.move-where").select("1.2 Software").run()
    next(button for button in shown.button if button.label == "Move").click().run()

    assert get_task(browser.ws.store, SYSTEM, task).project_id == project + 1
    assert shown.session_state["plan-move-to"] is False


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ({}, {"Whole plan", "Filters"}),
        ({"plan.inside": "1.1 Hardware", "plan.quick": "Overdue"}, {r"1\.1 Hardware", "Filters (1)"}),
        ({"plan.effort": "1 Infrastructure"}, {"1 Infrastructure", "Filters"}),
    ],
)
def test_one_line_of_controls_names_the_place_and_counts_the_filters(
    project: int, browser: Browser, address: dict[str, str], named: set[str]
) -> None:
    shown = browser.open(PAGE, browser.person(Role.VIEWER), **address)

    assert named <= _labels(shown)


def _labels(shown: AppTest) -> set[str]:
    return {button.label for button in shown.button} | {
        block.proto.popover.label for block in shown.get("popover")
    }


def deleting() -> None:
    """Deletes a goal, its project and its effort at the press of a button."""
    import streamlit as st

    from orchflow.people.permissions import SYSTEM
    from orchflow.screens.plan.plan_actions import delete
    from orchflow.screens.session import workspace
    from orchflow.ui.notices import show_notice
    from orchflow.ui.sheet_stage import SheetRow

    show_notice()
    rows = [SheetRow(key, 1, {}, key) for key in ("effort-1", "project-1", "goal-1")]
    st.button("Delete", on_click=delete, args=(workspace().store, SYSTEM, rows, "plan-tree"))


@pytest.mark.parametrize("busy", [True, False])
def test_of_rows_that_are_deleted_in_part_it_says_which_and_takes_them_back(
    project: int, browser: Browser, monkeypatch: pytest.MonkeyPatch, busy: bool
) -> None:
    def refuse(*_: object) -> str:
        raise Unavailable("The plan store is busy", "Try again.")

    if busy:
        monkeypatch.setattr(type(EFFORTS), "delete_many", lambda entity, *told: refuse() if entity is EFFORTS else _delete_many(entity, *told))  # fmt: skip
    shown = AppTest.from_function(deleting).run().button[0].click().run()

    assert not shown.exception
    assert [error.value.split("**")[1] for error in shown.error] == [
        r"Only 2 of 3 rows deleted\: The plan store is busy"
    ] * busy
    assert shown.session_state["orchflow.undo"][1] == f"Deleted {'2 of ' * busy}3 rows"
    undo(browser.ws.store, SYSTEM, shown.session_state["orchflow.undo"][0])
    assert get_project(browser.ws.store, SYSTEM, project).name == "Hardware"


_delete_many = Entity.delete_many
