"""Efforts, projects and goals: made, edited with merge and conflict, refused with reasons, deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orchflow.errors import ConflictError, Forbidden, Invalid, NotFound
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.tables import EffortStatus, ProjectStatus
from orchflow.planning.work.efforts import (
    EFFORTS,
    create_effort,
    delete_effort,
    get_effort,
    list_efforts,
    update_effort,
)
from orchflow.planning.work.goals import create_goal, get_goal, list_goals, update_goal
from orchflow.planning.work.projects import (
    PROJECTS,
    create_project,
    delete_project,
    get_project,
    list_projects,
    update_project,
)
from orchflow.planning.work.rows import TaskRow
from orchflow.store.edits import Edit
from orchflow.store.engine import Store

AddTask = Callable[..., TaskRow]


def problems(error: Invalid) -> dict[str, str]:
    return {problem.field: problem.message for problem in error.problems}


def test_an_effort_has_what_was_given(store: Store, ada: Actor) -> None:
    made = create_effort(
        store,
        ada,
        number=2,
        name="Onboarding",
        flow=2,
        target_start="2026-05-04",
        target_end=date(2026, 5, 10),
    )
    assert (made.status, made.target_start, made.description) == (
        EffortStatus.NOT_STARTED,
        date(2026, 5, 4),
        "",
    )
    assert get_effort(store, ada, made.id) == made
    assert list_efforts(store, ada, flow=2) == list_efforts(store, ada, status=["not_started"]) == [made]
    assert list_efforts(store, ada, flow=3) == []


def test_every_refused_value_of_an_effort_is_named(store: Store, effort: int, ada: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        create_effort(
            store, ada, number="x", name="", flow=7, target_start="2026-05-04", target_end="2026-05-01"
        )
    assert problems(refused.value) == {
        "number": "is not a number: 'x'",
        "name": "must not be empty",
        "flow": "must be from 1 to 6, not 7",
        "target_end": "2026-05-01 is before the start, 2026-05-04",
    }
    with pytest.raises(Invalid, match=f"1 is the effort with id {effort} already"):
        create_effort(store, ada, number=1, name="Twice", owner_id=None)


def test_edits_merge_and_conflict(store: Store, effort: int, ada: Actor, bob: Actor) -> None:
    update_effort(store, ada, effort, 1, {"name": "Ground"})
    saved = update_effort(store, bob, effort, 1, {"status": "in_progress", "owner_id": bob.user_id})
    assert saved.merged
    assert (saved.row.name, saved.row.status, saved.row.owner_id) == ("Ground", "in_progress", bob.user_id)
    with pytest.raises(ConflictError, match="name"):
        update_effort(store, bob, effort, 1, {"name": "Base"})


def test_a_project_keeps_its_dates_in_order_when_they_merge(store: Store, project: int, ada: Actor) -> None:
    update_project(store, ada, project, 1, {"due": "2026-05-10"})
    with pytest.raises(Invalid, match="2026-05-11 is after the end, 2026-05-10"):
        update_project(store, ada, project, 1, {"start": "2026-05-11"})
    assert get_project(store, ada, project).start is None


@pytest.mark.parametrize("number", ["one", "1.", "1.2.3.4", "-1"])
def test_a_projects_number_is_like_1_2(store: Store, effort: int, ada: Actor, number: str) -> None:
    with pytest.raises(Invalid, match="number"):
        create_project(store, ada, number=number, effort_id=effort, name="P")


def test_projects_are_found_by_effort_status_and_key(
    store: Store, effort: int, project: int, ada: Actor
) -> None:
    other = create_project(
        store,
        ada,
        number="1.2",
        effort_id=effort,
        name="B",
        status="blocked",
        external_source="x",
        external_id="7",
    )
    assert [row.id for row in list_projects(store, ada, effort_id=effort)] == [project, other.id]
    assert list_projects(store, ada, status=[ProjectStatus.BLOCKED]) == [other]
    assert list_projects(store, ada, external_source="x", external_ids=["7"]) == [other]
    assert [row.id for row in list_projects(store, ada, limit=1)] == [project]
    assert list_projects(store, ada, after=project) == [other]


def test_a_goals_figures_are_exact(store: Store, project: int, ada: Actor) -> None:
    goal = create_goal(
        store, ada, project_id=project, name="Fast", baseline="0.1", target=99999999999, unit="ms"
    )
    assert (goal.baseline, goal.target, goal.current) == (Decimal("0.1"), Decimal(99999999999), None)
    saved = update_goal(store, ada, goal.id, 1, {"current": "12345678901.2345"})
    assert get_goal(store, ada, goal.id).current == saved.row.current == Decimal("12345678901.2345")
    with pytest.raises(Invalid, match="more than 4 decimals"):
        update_goal(store, ada, goal.id, 2, {"current": "0.00001"})


def test_goals_are_found_by_effort_project_and_live_figure(
    store: Store, effort: int, project: int, ada: Actor
) -> None:
    goal = create_goal(store, ada, project_id=project, name="Live", live_figure="adoption.rate")
    for filters in ({"effort_id": effort}, {"project_id": project}, {"live": True}):
        assert list_goals(store, ada, **filters) == [goal]  # type: ignore[arg-type]
    assert list_goals(store, ada, live=False) == []


def test_a_goal_with_tasks_stays_in_their_project(
    store: Store, effort: int, project: int, add_task: AddTask, ada: Actor
) -> None:
    other = create_project(store, ada, number="1.2", effort_id=effort, name="B")
    goal = create_goal(store, ada, project_id=project, name="G")
    assert update_goal(store, ada, goal.id, 1, {"project_id": other.id}).row.project_id == other.id
    update_goal(store, ada, goal.id, 2, {"project_id": project})
    add_task(goal_id=goal.id)
    with pytest.raises(Invalid, match="tasks of its present project"):
        update_goal(store, ada, goal.id, 3, {"project_id": other.id})


def test_deleting_what_somebody_edited_meanwhile_conflicts(
    store: Store, effort: int, project: int, ada: Actor, bob: Actor
) -> None:
    update_project(store, bob, project, 1, {"name": "Edited"})
    with pytest.raises(ConflictError):
        delete_project(store, ada, project, 1)
    delete_project(store, ada, project, 2)
    with pytest.raises(NotFound, match="ada deleted this project"):
        delete_project(store, ada, project, 2)
    with pytest.raises(NotFound, match="There is no project"):
        get_project(store, ada, project)


def test_only_managers_change_efforts_projects_and_goals(
    store: Store, effort: int, project: int, mia: Actor, viewer: Actor
) -> None:
    work: list[Callable[[Actor], Any]] = [
        lambda actor: create_effort(store, actor, number=9, name="X"),
        lambda actor: update_effort(store, actor, effort, 1, {"name": "X"}),
        lambda actor: delete_effort(store, actor, effort),
        lambda actor: create_goal(store, actor, project_id=project, name="X"),
    ]
    for actor in (mia, viewer):
        for one in work:
            with pytest.raises(Forbidden):
                one(actor)
        assert len(list_efforts(store, actor)) == len(list_projects(store, actor)) == 1
    assert list_goals(store, SYSTEM) == []


def test_a_number_that_is_left_out_is_the_next_one(store: Store, ada: Actor) -> None:
    first = create_effort(store, ada, name="A")
    second = create_effort(store, ada, name="B", number=7)
    third = create_effort(store, ada, name="C", number="")
    assert [effort.number for effort in (first, second, third)] == [1, 7, 8]
    numbers = [create_project(store, ada, effort_id=second.id, name=name).number for name in "PQ"]
    taken = create_project(store, ada, effort_id=second.id, name="R", number="7.4").number
    assert [*numbers, taken] == ["7.1", "7.2", "7.4"]
    assert create_project(store, ada, effort_id=second.id, name="S").number == "7.3"


def test_rows_of_one_save_are_numbered_one_after_the_other(store: Store, ada: Actor) -> None:
    given = [None, 7, None]
    edits = [Edit(None, None, {"name": "E", "number": number}) for number in given]
    efforts = [outcome.stored_row() for outcome in EFFORTS.save(store, ada, edits).outcomes]
    assert [effort.number for effort in efforts] == [1, 7, 8]
    edits = [
        Edit(None, None, {"name": "P", "effort_id": efforts[1].id, "number": n}) for n in ("", "7.2", "")
    ]
    projects = PROJECTS.save(store, ada, edits).outcomes
    assert [outcome.stored_row().number for outcome in projects] == ["7.1", "7.2", "7.3"]
