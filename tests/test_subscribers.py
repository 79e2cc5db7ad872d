"""Everything that follows what is committed does so, through every way in, and once after a crash."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from orchflow import clock, operations
from orchflow.config.settings import Settings
from orchflow.dispatch import standings
from orchflow.guidance.begin import begin
from orchflow.guidance.items import list_items
from orchflow.guidance.tasks import make_tasks
from orchflow.people import users
from orchflow.people.permissions import SYSTEM
from orchflow.planning.journey.adopt import adopt
from orchflow.planning.tables import State
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.goals import create_goal, get_goal
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import Edit, create_task, list_tasks, save_tasks
from orchflow.store.engine import Store, open_store
from orchflow.store.tables import Change
from orchflow.subscribers import SUBSCRIBERS, dispatcher
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import load_batch
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace
from tests.processes import script


@pytest.fixture
def ws(store: Store, warehouse: Warehouse, make_settings: Callable[..., Settings]) -> Iterator[Workspace]:
    """A workspace on each engine of the plan store."""
    settings = make_settings()
    settings.home.mkdir()
    opened = Workspace(settings, store, warehouse)
    yield opened
    opened.dispatcher.stop()


def ask(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    return warehouse.rows(Query.of("question", sql))


def load(warehouse: Warehouse, dataset: str, **values: str) -> None:
    with warehouse.write() as tx:
        row = {name: [value] for name, value in values.items()}
        load_batch(tx, dataset, "main", pa.table(row), now=clock.now())


def a_project(ws: Workspace) -> int:
    effort = create_effort(ws.store, SYSTEM, number=1, name="Operations")
    return create_project(ws.store, SYSTEM, effort_id=effort.id, number="1.1", name="Quality").id


def steps_of(store: Store, goal: int) -> list[Any]:
    """The values that the history says a goal's current value had, in order."""
    with store.read() as session:
        moved = sa.select(Change.new).where(Change.entity == "goal", Change.field == "current")
        return list(session.scalars(moved.where(Change.entity_id == goal).order_by(Change.id)))


def test_people_are_mirrored_and_matched_when_they_or_the_platforms_users_come(ws: Workspace) -> None:
    users.add_user(ws.store, SYSTEM, username="ada", email="ada@example.com", display_name="", role="member")
    dispatcher(ws).deliver()
    assert ask(ws.warehouse, "select username, platform_user_id from people") == [("ada", None)]

    load(ws.warehouse, "users", user_id="u1", email="Ada@example.com")
    dispatcher(ws).deliver()

    assert users.user_named(ws.store, "ada").platform_user_id == "u1"
    assert ask(ws.warehouse, "select username, platform_user_id from people") == [("ada", "u1")]


def test_a_live_goal_moves_with_the_facts_once(ws: Workspace) -> None:
    goal = create_goal(
        ws.store, SYSTEM, project_id=a_project(ws), name="No rejects", live_figure="open_rejects"
    )
    dispatcher(ws).deliver()
    assert get_goal(ws.store, SYSTEM, goal.id).current == 0, "a goal that is bound takes its value at once"

    load(ws.warehouse, "usage", event_id="1", occurred_at="no time")
    dispatcher(ws).deliver()
    dispatcher(ws).deliver()

    assert steps_of(ws.store, goal.id) == ["0", "1"]
    assert ask(ws.warehouse, "select current from goals") == [(Decimal(1),)]


def test_a_goal_on_a_figure_of_the_plan_moves_with_the_plan(ws: Workspace) -> None:
    project = a_project(ws)
    goal = create_goal(ws.store, SYSTEM, project_id=project, name="All done", live_figure="progress")
    first, _ = (create_task(ws.store, SYSTEM, project_id=project, title=title) for title in ("One", "Two"))
    dispatcher(ws).deliver()
    assert get_goal(ws.store, SYSTEM, goal.id).current == 0

    save_tasks(ws.store, SYSTEM, [Edit(first.id, first.version, {"status": State.DONE})])
    dispatcher(ws).deliver()

    assert get_goal(ws.store, SYSTEM, goal.id).current == 50


def test_an_adopted_plan_follows_what_is_loaded(ws: Workspace) -> None:
    load(ws.warehouse, "efforts", effort_id="e1", name="Roll-out")
    load(ws.warehouse, "projects", project_id="p1", effort_id="e1", name="Pilot")
    load(ws.warehouse, "journey_tasks", task_id="t1", project_id="p1", title="Install", assignee_id="u1")
    adopt(ws, SYSTEM, "main")

    load(ws.warehouse, "journey_tasks", task_id="t1", project_id="p1", title="Install it", assignee_id="u1")
    dispatcher(ws).deliver()

    (task,) = list_tasks(ws.store, SYSTEM)
    assert task.title == "Install it"
    assert ask(ws.warehouse, "select title from tasks") == [("Install it",)]


def test_a_mirror_that_was_lost_or_is_of_another_store_is_made_anew(ws: Workspace, tmp_path: Path) -> None:
    a_project(ws)
    dispatcher(ws).deliver()
    other = Warehouse.open(tmp_path / "other.duckdb")
    moved = Workspace(ws.settings, ws.store, other)
    try:
        dispatcher(moved).deliver()
        assert ask(other, "select name from projects") == [("Quality",)]
    finally:
        moved.dispatcher.stop()
        other.close()


def test_the_rollups_and_the_mirror_are_rebuilt_on_demand(ws: Workspace) -> None:
    a_project(ws)
    load(ws.warehouse, "usage", event_id="1", occurred_at="2026-11-20T10:00:00Z")
    dispatcher(ws).deliver()
    with ws.warehouse.write() as tx:
        tx.execute(Query.of("damage", "delete from usage_daily"))
        tx.execute(Query.of("damage", "update projects set name = 'wrong'"))

    document = operations.carry_out(ws, "warehouse_rebuild", {}).document

    assert document["rollups"] == {"usage_daily": 1, "agent_runs": 0, "runs_daily": 0}
    assert document["mirror"]["projects"] == 1
    assert ask(ws.warehouse, "select (select name from projects), (select sum(events) from usage_daily)") == [
        ("Quality", 1)
    ]


def test_what_fails_is_seen_by_the_doctor(ws: Workspace) -> None:
    def events() -> dict[str, Any]:
        checks = operations.carry_out(ws, "doctor", {}).document["checks"]
        return next(check for check in checks if check["name"] == "events")

    assert events()["ok"]
    with ws.warehouse.write() as tx:
        tx.execute(Query.of("damage", "alter table people rename to gone"))
    users.add_user(ws.store, SYSTEM, username="ada", email="a@example.com", display_name="", role="member")

    found = events()

    assert not found["ok"]
    assert re.search(r"mirror: \d waiting, failed 1 times, last with", found["message"])
    assert users.user_named(ws.store, "ada").active, "the writer has not failed"


CRASH = """
import os, signal, sys
from pathlib import Path

from orchflow import dispatch
from orchflow.config.settings import load_settings
from orchflow.people.permissions import SYSTEM
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.goals import create_goal
from orchflow.planning.work.projects import create_project
from orchflow.subscribers import dispatcher
from orchflow.workspace import open_workspace

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

ws = open_workspace(load_settings(home=Path(sys.argv[1]), config=Path(sys.argv[2])))
dispatcher(ws).deliver()
effort = create_effort(ws.store, SYSTEM, number=1, name="Operations")
project = create_project(ws.store, SYSTEM, effort_id=effort.id, number="1.1", name="Quality")
if sys.argv[3] == "before delivery":
    ws.store.listeners.append(die)
else:
    dispatch.Dispatcher._note = die
create_goal(ws.store, SYSTEM, project_id=project.id, name="No rejects", live_figure="open_rejects")
dispatcher(ws).deliver()
"""


@pytest.mark.parametrize("moment", ["before delivery", "before it is noted"])
def test_what_a_killed_process_committed_is_delivered_once_at_the_next_start(
    store_address: str, make_settings: Callable[..., Settings], tmp_path: Path, moment: str
) -> None:
    settings = make_settings()
    environment = {
        "ORCHFLOW_DATABASE_URL": store_address,
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": ":".join(sys.path),
    }
    killed = script(CRASH, str(settings.home), str(settings.config_file), moment, environment=environment)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    store = open_store(store_address, backups=tmp_path / "backups")
    ws = Workspace(settings, store, Warehouse.open(settings.home / "warehouse.duckdb"))
    try:
        deliveries = dispatcher(ws)
        deliveries.start()
        deliveries.deliver()  # waits for the thread's round; finds nothing that was not delivered
        deliveries.deliver()
        assert ask(ws.warehouse, "select name, current from goals") == [("No rejects", Decimal(0))]
        (goal,) = ask(ws.warehouse, "select id from goals")
        assert steps_of(store, goal[0]) == ["0"]
        assert [standing.waiting for standing in standings(store)] == [0] * len(SUBSCRIBERS)
    finally:
        ws.close()


def test_a_task_that_is_done_ticks_its_item(ws: Workspace) -> None:
    begin(ws.store, SYSTEM, "flow-1-initial-setup", "2026-11-02")
    item = next(item for item in list_items(ws.store, SYSTEM) if not item.check_key)
    deliver = dispatcher(ws).deliver
    deliver()
    task_id = make_tasks(ws.store, SYSTEM, [item.id], a_project(ws)).tasks[item.id]
    (task,) = list_tasks(ws.store, SYSTEM)

    save_tasks(ws.store, SYSTEM, [Edit(task_id, task.version, {"status": "done"})])
    deliver()

    (now,) = list_items(ws.store, SYSTEM, ids=[item.id])
    assert (now.state, now.ticked_through) == ("ticked", "task")
