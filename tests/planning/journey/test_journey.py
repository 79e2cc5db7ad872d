"""The plan of the six flows: what ships fits together, and is laid out from any day by any calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orchflow.errors import ConfigError, Forbidden, Invalid, OrchflowError
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import figures
from orchflow.paths import content
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.calendar import WorkingCalendar, add_day_off
from orchflow.planning.exchange.records import Level
from orchflow.planning.journey.content import load_flows
from orchflow.planning.journey.journey import lay_out, preview, preview_journey
from orchflow.planning.sprints.sprints import list_sprints
from orchflow.planning.tables import Goal, State
from orchflow.planning.timeline.critical_path import Dependence
from orchflow.planning.timeline.plan_dates import Dated
from orchflow.planning.timeline.timeline import lay_out as lay_out_bars
from orchflow.planning.undo.undo import undo
from orchflow.planning.work.dependencies import list_dependencies
from orchflow.planning.work.efforts import create_effort, list_efforts
from orchflow.planning.work.goals import list_goals
from orchflow.planning.work.projects import list_projects
from orchflow.planning.work.tasks import delete_task, list_tasks, update_task
from orchflow.store.engine import Store
from orchflow.store.settings import get_setting
from orchflow.workspace import Workspace
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddPerson
from tests.planning.events import may

MONDAY = date(2026, 5, 4)


def test_what_ships_is_the_plan_of_the_mission() -> None:
    journey = load_flows()
    assert [flow.flow for flow in journey.flows] == [1, 2, 3, 4, 5, 6]
    assert [project.number for project in journey.projects] == [
        f"{e}.{p}" for e in range(1, 7) for p in range(1, 5)
    ]
    assert all(len(project.goals) >= 2 and len(project.tasks) >= 5 for project in journey.projects)
    assert [sprint.number for sprint in journey.sprints] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda flow: flow.pop("effort"), r"flow-1.*yaml line 1: effort: Field required"),
        (lambda flow: flow.update(colour="red"), "colour: Extra inputs"),
        (
            lambda flow: flow["effort"]["projects"][0]["tasks"][0].update(step="nowhere"),
            "t-1.1-1: there is no step nowhere",
        ),
        (
            lambda flow: flow["effort"]["projects"][0]["tasks"][0].update(due_day=30),
            "t-1.1-1: its days are not in sprint 0",
        ),
        (
            lambda flow: flow["effort"]["projects"][0]["tasks"][1].update(depends_on=["t-9"]),
            "t-1.1-2: there is no task t-9",
        ),
        (
            lambda flow: flow["effort"]["projects"][0]["tasks"][1].update(key="t-1.1-1"),
            "t-1.1-1 is there twice",
        ),
        (
            lambda flow: flow["effort"]["projects"][0]["tasks"][1].update(role="wizard"),
            "t-1.1-2: there is no role wizard",
        ),
        (
            lambda flow: flow["steps"][0].update(after=["initial-configuration"]),
            "in a circle: .*hardware-setup",
        ),
        (lambda flow: flow["steps"][1].update(after=["nowhere"]), "there is no step nowhere to wait for"),
        (
            lambda flow: flow["steps"][1]["checklist"][0].update(due={"days": 1, "after": "nowhere"}),
            "there is no step nowhere to be due after",
        ),
    ],
)
def test_a_flow_that_does_not_fit_is_left_out_and_named_with_its_line(
    tmp_path: Path, change: Callable[[dict], None], reason: str
) -> None:  # type: ignore[type-arg]
    first = copied_flows(tmp_path)
    flow = yaml.safe_load(first.read_text(encoding="utf-8"))
    change(flow)
    first.write_text(yaml.safe_dump(flow), encoding="utf-8")

    journey = load_flows(tmp_path)

    assert [flow.flow for flow in journey.flows] == [2, 3, 4, 5, 6]
    assert any(re.search(reason, problem) for problem in journey.problems)
    assert all(problem.startswith("flow-1-initial-setup.yaml line ") for problem in journey.problems)


def copied_flows(folder: Path) -> Path:
    """The flows that ship, to be broken; the file of the first."""
    for file in (content() / "flows").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder / "flow-1-initial-setup.yaml"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "    guide: flows/flow-1-initial-setup/hardware-setup",
            "    guide: flows/gone",
            "there is no page flows/gone",
        ),
        ("flow: 1", "flow: [1", "is not YAML"),
        (
            "    after: [software-installation]",
            "    after: [initial-configuration]",
            "wait for each other in a circle",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_line_and_the_rest_is_there(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    first = copied_flows(tmp_path)
    text = first.read_text(encoding="utf-8")
    assert text.count(f"{old}\n") == 1
    first.write_text(text.replace(f"{old}\n", f"{new}\n"), encoding="utf-8")

    journey = load_flows(tmp_path)

    (problem,) = journey.problems
    assert said in problem
    if "YAML" not in said:
        line = text.splitlines().index(old) + 1
        assert f"yaml line {line}: " in problem
    assert len(journey.flows) == (6 if "page" in said else 5)  # the page alone is missing; the flow is whole


def test_without_any_flow_nothing_can_be_planned(tmp_path: Path) -> None:
    first = copied_flows(tmp_path)
    for file in tmp_path.glob("flow-*.yaml"):
        file.write_bytes(b"\xff")

    with pytest.raises(ConfigError, match=f"{first.name} is not written in UTF-8"):
        load_flows(tmp_path)


@settings(max_examples=60, deadline=None)
@given(start=st.dates(date(2025, 1, 1), date(2027, 12, 31)), off=st.sets(st.integers(0, 120), max_size=15))
def test_work_never_lies_on_a_free_day_and_keeps_its_order(start: date, off: set[int]) -> None:
    calendar = WorkingCalendar(frozenset(start + timedelta(days=day) for day in off))
    found = preview(start, calendar)
    tasks = {row.key: row for row in found.of(Level.TASK)}
    for row in tasks.values():
        assert row.start is not None
        assert row.due is not None
        assert row.start <= row.due
        assert calendar.is_working(row.start)
        assert calendar.is_working(row.due)
    for project in load_flows().projects:
        for task in project.tasks:
            for other in task.depends_on:
                assert tasks[other].start <= tasks[task.key].due  # type: ignore[operator]


def test_windows_stay_where_they_are_whatever_the_weekday() -> None:
    found = preview(date(2026, 5, 9), WorkingCalendar())
    first = found.of(Level.SPRINT)[0]
    assert (first.start, first.due) == (date(2026, 5, 9), date(2026, 5, 15))
    tasks = [row for row in found.of(Level.TASK) if row.due is not None and row.due <= date(2026, 5, 15)]
    assert tasks
    assert min(row.start for row in tasks if row.start) == date(2026, 5, 11)


CHRISTMAS = frozenset(date(2026, 12, day) for day in (24, 25, 28, 29, 30, 31)) | {date(2027, 1, 1)}
NO_DAYS_OFF: frozenset[date] = frozenset()


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize(
    ("first", "off"),
    [(MONDAY, NO_DAYS_OFF), (date(2026, 12, 14), CHRISTMAS), (date(2026, 12, 28), CHRISTMAS)],
)
def test_a_fresh_journey_can_be_done_by_its_due_days(first: date, off: frozenset[date], weekday: int) -> None:
    assert beyond_due(first + timedelta(days=weekday), WorkingCalendar(off)) == []


@settings(max_examples=25, deadline=None)
@given(start=st.dates(date(2025, 1, 1), date(2027, 12, 31)), off=st.sets(st.integers(0, 120), max_size=30))
def test_it_can_be_whatever_the_days_off(start: date, off: set[int]) -> None:
    calendar = WorkingCalendar(frozenset(start + timedelta(days=day) for day in off))
    assert beyond_due(start, calendar) == []
    sprints = preview(start, calendar).of(Level.SPRINT)
    for before, after in pairwise(sprints):
        assert before.due is not None
        assert after.start == before.due + timedelta(days=1)


def test_only_what_is_really_late_is_counted_as_late(store: Store, space: Workspace, time: Clock) -> None:
    lay_out(store, SYSTEM, date(2026, 5, 1))

    def late() -> tuple[object, str]:
        today = time.now.date()
        facts = Facts(space, SYSTEM, Filters(today, today), privacy=Privacy(), now=time.now)
        [figure] = figures(facts, ("late_tasks",))
        return figure.value, figure.note

    assert late() == (0, "of 157 open")
    time.now = may(8)
    value, note = late()
    assert value == 39, "all that was due by the 7th"
    assert note.endswith("more will be late")


def beyond_due(start: date, calendar: WorkingCalendar) -> list[str]:
    """The tasks of a journey that starts on that day which cannot be done by their due day."""
    rows = preview(start, calendar).of(Level.TASK)
    numbers = {row.key: number for number, row in enumerate(rows)}
    dated = [
        Dated("task", numbers[row.key], None, row.name, row.start, row.due, State.BACKLOG, row.milestone, None, float(row.hours or 0))
        for row in rows
    ]  # fmt: skip
    links = [
        Dependence(numbers[other], numbers[task.key])
        for project in load_flows().projects
        for task in project.tasks
        for other in task.depends_on
    ]
    drawn = lay_out_bars(dated, links, calendar, start)
    return [f"{bar.row.name}: {bar.beyond_due}" for bar in drawn.bars if bar.beyond_due]


def test_the_whole_journey_is_laid_out_at_once(store: Store, ada: Actor) -> None:
    request = lay_out(store, ada, MONDAY)
    assert (len(list_efforts(store, ada)), len(list_projects(store, ada)), len(list_sprints(store, ada))) == (
        6,
        24,
        6,
    )
    assert (len(list_goals(store, ada)), len(list_tasks(store, ada))) == (67, 157)
    tasks = {task.external_id: task for task in list_tasks(store, ada)}
    task = tasks["t-1.1-2"]
    assert (task.points, task.role, task.step, task.start) == (1, "ai_engineer", "hardware-setup", MONDAY)
    assert task.goal_id is not None
    assert len(list_dependencies(store, ada)) > 100
    assert get_setting(store, "workspace.start_date") == "2026-05-04"
    assert preview_journey(store, ada, MONDAY).nothing_missing
    undo(store, ada, request)
    assert list_efforts(store, ada) == [] == list_tasks(store, ada)
    assert list_sprints(store, ada) == []


def test_the_days_off_of_the_workspace_count(store: Store) -> None:
    add_day_off(store, SYSTEM, MONDAY)
    lay_out(store, SYSTEM, MONDAY, projects=["1.1"])
    assert min(task.start for task in list_tasks(store, SYSTEM) if task.start) == date(2026, 5, 5)


def test_a_part_is_laid_out_and_the_rest_later_with_all_dependencies(store: Store) -> None:
    lay_out(store, SYSTEM, MONDAY, projects=["1.2"])
    assert {project.number for project in list_projects(store, SYSTEM)} == {"1.2"}
    found = preview_journey(store, SYSTEM, MONDAY)
    assert [row.number for row in found.of(Level.PROJECT) if row.present] == ["1.2"]
    lay_out(store, SYSTEM, MONDAY)
    wanted = sum(len(task.depends_on) for project in load_flows().projects for task in project.tasks)
    assert (len(list_tasks(store, SYSTEM)), len(list_dependencies(store, SYSTEM))) == (157, wanted)


def test_laying_out_twice_adds_only_what_is_missing(store: Store) -> None:
    lay_out(store, SYSTEM, MONDAY, projects=["1.1"])
    first, second = list_tasks(store, SYSTEM)[:2]
    update_task(store, SYSTEM, first.id, first.version, {"title": "My own words"})
    with pytest.raises(OrchflowError, match="laid out already"):
        lay_out(store, SYSTEM, MONDAY, projects=["1.1"])
    delete_task(store, SYSTEM, second.id)
    lay_out(store, SYSTEM, date(2027, 1, 4), projects=["1.1"])
    tasks = {task.external_id: task for task in list_tasks(store, SYSTEM)}
    assert tasks[first.external_id].title == "My own words"
    assert tasks[second.external_id].id != second.id


def test_undoing_leaves_and_names_what_was_changed_since(store: Store) -> None:
    request = lay_out(store, SYSTEM, MONDAY, projects=["1.1"])
    task = list_tasks(store, SYSTEM)[0]
    update_task(store, SYSTEM, task.id, task.version, {"title": "In the works"})
    report = undo(store, SYSTEM, request)
    assert report.left
    assert [left.title for left in list_tasks(store, SYSTEM)] == ["In the works"]


@pytest.mark.parametrize(("by_hand", "stays"), [(False, 0), (True, 1)])
def test_a_goal_that_its_figure_has_moved_goes_with_the_journey(
    store: Store, by_hand: bool, stays: int
) -> None:
    request = lay_out(store, SYSTEM, MONDAY)
    bound = next(goal.id for goal in list_goals(store, SYSTEM) if goal.live_figure)
    with store.unit(SYSTEM) as session:
        goal = session.get_one(Goal, bound)
        goal.current = 7
        if by_hand:
            goal.description = "Ours"
    report = undo(store, SYSTEM, request)
    assert len(list_goals(store, SYSTEM)) == len(list_efforts(store, SYSTEM)) == stays
    assert bool(report.left) == by_hand


def test_a_journey_laid_out_again_from_another_day_begins_on_that(store: Store) -> None:
    undo(store, SYSTEM, lay_out(store, SYSTEM, MONDAY, projects=["1.1"]))
    lay_out(store, SYSTEM, MONDAY + timedelta(days=7), projects=["1.1"])
    lay_out(store, SYSTEM, MONDAY + timedelta(days=14), projects=["1.2"])
    assert get_setting(store, "workspace.start_date") == "2026-05-11"


def test_a_number_that_is_taken_stops_everything(store: Store) -> None:
    create_effort(store, SYSTEM, number=3, name="Something else")
    with pytest.raises(Invalid, match="3 is 'Something else' already"):
        lay_out(store, SYSTEM, MONDAY)
    assert list_tasks(store, SYSTEM) == []
    lay_out(store, SYSTEM, MONDAY, projects=["1.1"])


def test_the_one_holder_of_a_role_owns_what_the_role_owns(store: Store, add_person: AddPerson) -> None:
    cto = add_person("cara", Role.MANAGER, job_role="cto")
    lay_out(store, SYSTEM, MONDAY, projects=["1.1"])
    assert list_efforts(store, SYSTEM)[0].owner_id == list_projects(store, SYSTEM)[0].owner_id == cto.user_id


def test_only_managers_lay_it_out_and_everybody_may_look(store: Store, viewer: Actor, mia: Actor) -> None:
    assert preview_journey(store, viewer, MONDAY).missing(Level.TASK) == 157
    for actor in (viewer, mia):
        with pytest.raises(Forbidden):
            lay_out(store, actor, MONDAY)


def test_an_unknown_project_is_named() -> None:
    with pytest.raises(Invalid, match=r"the journey has no project 9\.9"):
        preview(MONDAY, WorkingCalendar(), projects=["1.1", "9.9"])
