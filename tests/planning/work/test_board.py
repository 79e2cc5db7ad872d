"""The board: which tasks stand in which column, and moving them."""

from __future__ import annotations

import pytest

from orchflow.errors import ConflictError, Forbidden, Invalid
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.names import plan_names
from orchflow.planning.sprints.sprints import create_sprint, plan_sprint
from orchflow.planning.work.board import NOBODY, Columns, arrange, board_tasks, move_card
from orchflow.planning.work.workflow import ColumnEdit, columns_for, save_columns, states
from orchflow.store.engine import Store
from tests.planning.conftest import AddTask, Reread


def columns(store: Store, by: str = "status", *, cancelled: bool = False) -> dict[str, list[str]]:
    """Column → titles of its tasks, as the board shows them."""
    found = arrange(
        board_tasks(store, SYSTEM), by, plan_names(store, SYSTEM), columns_for(store, SYSTEM), states(store, SYSTEM),  # type: ignore[arg-type]
        cancelled=cancelled,
    )  # fmt: skip
    return {column.key: [task.title for task in column.tasks] for column in found}


def test_a_task_stands_in_the_column_of_its_status(store: Store, add_task: AddTask) -> None:
    add_task("Order", status="ready")
    add_task("Rack", status="done")
    shown = columns(store)
    assert list(shown) == ["backlog", "ready", "in_progress", "in_review", "blocked", "done"]
    assert (shown["ready"], shown["done"]) == (["Order"], ["Rack"])


def test_the_most_urgent_comes_first(store: Store, add_task: AddTask) -> None:
    for priority in ("low", "urgent", "normal"):
        add_task(priority, status="ready", priority=priority)
    assert columns(store)["ready"] == ["urgent", "normal", "low"]


def test_of_closed_work_the_last_changed_comes_first(store: Store, add_task: AddTask) -> None:
    first = add_task("First", status="done")
    add_task("Second", status="done")
    move_card(store, SYSTEM, first.id, first.version, "status", "ready")
    again = board_tasks(store, SYSTEM, text="First")[0]
    move_card(store, SYSTEM, again.id, again.version, "status", "done")
    assert columns(store)["done"] == ["First", "Second"]


def test_cancelled_work_is_shown_only_when_asked_for(store: Store, add_task: AddTask) -> None:
    add_task("Gone", status="cancelled")
    assert "cancelled" not in columns(store)
    assert columns(store, cancelled=True)["cancelled"] == ["Gone"]


def test_a_status_of_another_team_stands_in_the_first_column_of_its_state(
    store: Store, add_task: AddTask
) -> None:
    every = [
        ColumnEdit(one.name, one.state, id=one.id, version=one.version) for one in columns_for(store, SYSTEM)
    ]
    save_columns(store, SYSTEM, None, [*every, ColumnEdit("In test", "in_review")])
    add_task("Try it", status="in_test")
    kept = [column for column in columns_for(store, SYSTEM) if column.key != "in_test"]
    found = arrange(
        board_tasks(store, SYSTEM), "status", plan_names(store, SYSTEM), kept, states(store, SYSTEM)
    )
    assert [column.key for column in found if column.tasks] == ["in_review"]


def test_columns_by_sprint_begin_with_the_backlog(store: Store, add_task: AddTask) -> None:
    sprint = create_sprint(store, SYSTEM, name="Sprint 0")
    inside = add_task("In")
    add_task("Out")
    plan_sprint(store, SYSTEM, sprint.id, add=[inside.id])
    assert columns(store, "sprint_id") == {NOBODY: ["Out"], str(sprint.id): ["In"]}


def test_filters_narrow_and_nobody_is_one_of_the_people(store: Store, add_task: AddTask, mia: Actor) -> None:
    add_task("Hers", assignee_id=mia.user_id)
    add_task("Nobody's")
    assert [task.title for task in board_tasks(store, SYSTEM, people=[mia.user_id or 0])] == ["Hers"]
    assert [task.title for task in board_tasks(store, SYSTEM, people=[NOBODY])] == ["Nobody's"]
    assert [task.title for task in board_tasks(store, SYSTEM, text="hers")] == ["Hers"]


def test_a_move_changes_what_the_columns_stand_for(store: Store, add_task: AddTask, mia: Actor) -> None:
    task = add_task()
    moved = move_card(store, SYSTEM, task.id, task.version, "assignee_id", str(mia.user_id)).row
    assert moved.assignee_id == mia.user_id
    assert move_card(store, SYSTEM, task.id, moved.version, "assignee_id", NOBODY).row.assignee_id is None


@pytest.mark.parametrize("to", ["x", "-1", "0", "²", "9" * 30, "9" * 5000])
@pytest.mark.parametrize("columns", ["sprint_id", "assignee_id", "project_id"])
def test_a_move_to_what_is_no_row_is_refused(
    store: Store, add_task: AddTask, reread: Reread, columns: Columns, to: str
) -> None:
    task = add_task()
    with pytest.raises(Invalid, match="is not the number of a row"):
        move_card(store, SYSTEM, task.id, task.version, columns, to)
    assert reread(task.id) == task


def test_a_task_is_blocked_with_its_reason_only(store: Store, add_task: AddTask, reread: Reread) -> None:
    task = add_task()
    with pytest.raises(Invalid, match="what blocks"):
        move_card(store, SYSTEM, task.id, task.version, "status", "blocked")
    move_card(store, SYSTEM, task.id, task.version, "status", "blocked", blocked_reason="No power")
    assert (reread(task.id).status, reread(task.id).blocked_reason) == ("blocked", "No power")


def test_a_card_that_somebody_moved_meanwhile_is_a_conflict(
    store: Store, add_task: AddTask, reread: Reread
) -> None:
    task = add_task()
    move_card(store, SYSTEM, task.id, task.version, "status", "in_progress")
    with pytest.raises(ConflictError) as caught:
        move_card(store, SYSTEM, task.id, task.version, "status", "done")
    assert caught.value.conflicts[0].theirs == "in_progress"
    assert reread(task.id).status == "in_progress"


def test_a_member_moves_their_own_cards_between_statuses(store: Store, add_task: AddTask, mia: Actor) -> None:
    own, other = add_task("Own", assignee_id=mia.user_id), add_task("Other")
    assert move_card(store, mia, own.id, own.version, "status", "ready").row.status == "ready"
    with pytest.raises(Forbidden):
        move_card(store, mia, other.id, other.version, "status", "ready")


def test_names_know_who_has_left_and_tell_teams_apart(store: Store, ada: Actor, add_task: AddTask) -> None:
    add_task()
    names = plan_names(store, SYSTEM)
    assert names.people[ada.user_id or 0] == "Ada"
    assert ada.user_id in names.active
    assert list(names.projects.values()) == ["1.1 Hardware"]
