"""Workflow: teams name and add their own columns; a key means one state for ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orchflow.errors import ConflictError, Forbidden, Invalid, NotFound
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.teams import add_team, delete_team
from orchflow.planning.tables import State
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import update_task
from orchflow.planning.work.workflow import ColumnEdit, ColumnRow, columns_for, save_columns, states
from orchflow.store.engine import Store

AddTask = Callable[..., TaskRow]


@pytest.fixture
def team(store: Store) -> int:
    return add_team(store, SYSTEM, name="Platform").id


def same(columns: list[ColumnRow]) -> list[ColumnEdit]:
    return [ColumnEdit(c.name, c.state, c.wip_limit, c.id, c.version) for c in columns]


NEW = [ColumnEdit("To do", "backlog"), ColumnEdit("Doing", "in_progress", 3), ColumnEdit("Done", "done")]


def test_every_workspace_begins_with_the_seven_states(store: Store, team: int) -> None:
    assert [(column.key, column.state) for column in columns_for(store, SYSTEM)] == [
        (s.value, s) for s in State
    ]
    assert columns_for(store, SYSTEM)[2].name == "In progress"
    assert columns_for(store, SYSTEM, team) == columns_for(store, SYSTEM)


def test_a_team_has_columns_of_its_own(store: Store, team: int, add_task: AddTask, ada: Actor) -> None:
    made = save_columns(store, ada, team, NEW)
    assert [(column.key, column.wip_limit) for column in made] == [
        ("to_do", None),
        ("doing", 3),
        ("done", None),
    ]
    assert columns_for(store, SYSTEM, team) == made
    assert len(columns_for(store, SYSTEM)) == 7
    assert states(store, SYSTEM)["doing"] is State.IN_PROGRESS
    assert update_task(store, ada, add_task().id, 1, {"status": "doing"}).row.status == "doing"


def test_columns_are_renamed_reordered_added_and_limited(store: Store, ada: Actor) -> None:
    columns = same(columns_for(store, SYSTEM))
    columns[0] = ColumnEdit("Ideas", "backlog", None, columns[0].id, 1)
    columns.insert(4, ColumnEdit("Waiting for others", "blocked", 5))
    made = save_columns(store, ada, None, columns)
    assert [column.key for column in made][:5] == [
        "backlog", "ready", "in_progress", "in_review", "waiting_for_others",
    ]  # fmt: skip
    assert made[0].name == "Ideas"


def test_a_word_that_meant_another_state_gets_another_key(store: Store, team: int, ada: Actor) -> None:
    made = save_columns(store, ada, team, [*NEW, ColumnEdit("Ready!", "in_review")])
    assert made[-1].key == "ready_2"


def test_a_column_is_retired_once_no_task_stands_in_it_and_its_past_stays_readable(
    store: Store, team: int, add_task: AddTask, ada: Actor
) -> None:
    first, doing, done = save_columns(store, ada, team, NEW)
    task = update_task(store, ada, add_task().id, 1, {"status": "doing"}).row
    without = [*same([first, done]), ColumnEdit("Busy", "in_progress")]
    with pytest.raises(Invalid, match="1 tasks are 'Doing'; move them first"):
        save_columns(store, ada, team, without)
    assert columns_for(store, SYSTEM, team) == [first, doing, done]
    task = update_task(store, ada, task.id, task.version, {"status": "done"}).row
    made = save_columns(store, ada, team, without)
    assert [column.key for column in made] == ["to_do", "done", "busy"]
    assert states(store, SYSTEM)["doing"] is State.IN_PROGRESS
    with pytest.raises(Invalid, match="'doing' is not one of"):
        update_task(store, ada, task.id, task.version, {"status": "doing"})


def test_what_a_workflow_cannot_be(store: Store, ada: Actor, mia: Actor) -> None:
    columns = columns_for(store, SYSTEM)
    for edits, reason in (
        ([*same(columns), ColumnEdit("done", "done")], "two columns 'done'"),
        ([*same(columns), ColumnEdit("X", "finished")], "'finished' is not one of"),
        ([*same(columns), ColumnEdit("X", "done", 0)], "from 1 to 9999"),
        (same(columns)[1:], "needs a column for backlog"),
        ([ColumnEdit("Backlog", "ready", None, columns[0].id, 1), *NEW], "keeps its state"),
        ([*same(columns), ColumnEdit("X", "done", None, 99, 1)], "has no column 99"),
    ):
        with pytest.raises(Invalid, match=reason):
            save_columns(store, ada, None, edits)
    with pytest.raises(Forbidden):
        save_columns(store, mia, None, same(columns))
    with pytest.raises(NotFound, match="no team 99"):
        save_columns(store, ada, 99, NEW)
    assert columns_for(store, SYSTEM) == columns


def test_two_people_who_rename_one_column_conflict(store: Store, ada: Actor, bob: Actor) -> None:
    columns = same(columns_for(store, SYSTEM))
    for actor, name in ((ada, "Ideas"), (bob, "Wishes")):
        renamed = [ColumnEdit(name, "backlog", None, columns[0].id, 1), *columns[1:]]
        if actor is ada:
            save_columns(store, actor, None, renamed)
            continue
        with pytest.raises(ConflictError, match="name"):
            save_columns(store, actor, None, renamed)


def test_a_team_with_columns_of_its_own_is_not_deleted(store: Store, team: int, ada: Actor) -> None:
    save_columns(store, ada, team, NEW)
    with pytest.raises(Invalid, match="workflow columns still hold it"):
        delete_team(store, SYSTEM, team, 1)
