"""The plan follows what is loaded."""

from __future__ import annotations

import time
from decimal import Decimal

import pyarrow as pa

from orchflow import clock
from orchflow.people.permissions import SYSTEM
from orchflow.plan_watch import PlanWatch
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.goals import create_goal, get_goal
from orchflow.planning.work.projects import create_project
from orchflow.warehouse.load import load_batch
from orchflow.workspace import Workspace


def a_goal_on_open_rejects(ws: Workspace) -> int:
    effort = create_effort(ws.store, SYSTEM, number=1, name="Operations")
    project = create_project(ws.store, SYSTEM, effort_id=effort.id, number="1.1", name="Quality")
    goal = create_goal(
        ws.store, SYSTEM, project_id=project.id, name="No rejects", live_figure="open_rejects", target=0
    )
    return goal.id


def load_a_bad_row(ws: Workspace) -> None:
    with ws.warehouse.write() as tx:
        load_batch(
            tx, "usage", "files", pa.table({"event_id": ["1"], "occurred_at": ["no time"]}), now=clock.now()
        )


def test_a_live_goal_moves_after_a_load_and_only_then(ws: Workspace) -> None:
    goal = a_goal_on_open_rejects(ws)
    watch = PlanWatch(ws)
    assert watch.look()
    assert get_goal(ws.store, SYSTEM, goal).current == 0
    assert not watch.look()

    load_a_bad_row(ws)

    assert watch.look()
    assert get_goal(ws.store, SYSTEM, goal).current == Decimal(1)


def test_the_thread_looks_by_itself_and_stops(ws: Workspace) -> None:
    goal = a_goal_on_open_rejects(ws)
    watch = PlanWatch(ws, seconds=0.05)
    watch.start()
    try:
        load_a_bad_row(ws)
        deadline = time.monotonic() + 20
        while get_goal(ws.store, SYSTEM, goal).current != 1 and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        watch.stop()

    assert get_goal(ws.store, SYSTEM, goal).current == 1
