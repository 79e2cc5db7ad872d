"""The guidance of a large workspace: what Flows, Flow and My checklist read, alone and with the page around it, at 20,000 items."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from bench.figures import Figure, median_seconds
from bench.sizes import Sizes
from bench.visitor import Visitor
from bench.workspaces import open_at, settings_of
from orchflow import clock
from orchflow.guidance.begin import begin
from orchflow.guidance.items import list_items, update_item
from orchflow.guidance.linked import linked_work
from orchflow.guidance.my_items import my_list
from orchflow.guidance.reading import hanging, read_flow
from orchflow.guidance.what_next import what_next
from orchflow.people.newcomers import Newcomer, add_people
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.journey.content import load_flows
from orchflow.planning.tables import ChecklistItem, Evidence, ItemState, Step
from orchflow.screens.journey.flows_state import VIEWS
from orchflow.store.engine import Store, open_store
from orchflow.workspace import Workspace, store_url
from tests.serving import Server

VISITOR = "visitor"
MOST = 60
KEY = "flow-1-initial-setup"
PAGES = (
    ("Flow", "flow", f"flow={KEY}"),
    ("My checklist", "my_checklist", ""),
    *((f"Flows, {view.lower()}", "flows", f"flows.view={view}") for view in VIEWS.values()),
)
"""Their names, and how they are asked for."""


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Fill a workspace; time the readings of the screens, and their pages: kept, and after somebody changed something."""
    with closing(open_at(folder)) as ws:
        visitor = fill_guidance(ws.store, sizes.people, sizes.items)
        figures = [*_readings(ws.store, sizes), *_of_one_person(ws, visitor, sizes)]
    home = folder / "home"
    note = f"{sizes.items:,} items, {sizes.people:,} people"
    store = open_store(store_url(settings_of(folder)), backups=folder)
    with (
        Server(home, config=folder / "orchflow.yaml") as server,
        Visitor(server.address, home, VISITOR) as tab,
    ):
        tab.open("")

        def change() -> None:
            (item,) = list_items(store, SYSTEM, flow_id=1, after=0, limit=1)
            update_item(store, SYSTEM, item.id, item.version, {"topic": f"{item.version}"})

        for name, page, query in PAGES:

            def visit(page: str = page, query: str = query) -> None:
                tab.open(page, query)

            def after_a_change(visit: Callable[[], None] = visit) -> None:
                change()
                visit()

            visit()
            kept = median_seconds(visit, sizes.reruns)
            changed = median_seconds(after_a_change, sizes.plan_repeats)
            figures += [
                Figure(f"{name} page, kept", kept * 1000, "ms", MOST, note=note),
                Figure(f"{name} page, after a change and with it", changed * 1000, "ms", note=note),
            ]
    store.dispose()
    return figures


def _of_one_person(ws: Workspace, visitor: Actor, sizes: Sizes) -> list[Figure]:
    listed = my_list(ws.store, visitor)

    def read() -> None:
        what_next(ws, visitor, listed=my_list(ws.store, visitor))

    seconds = median_seconds(read, sizes.plan_repeats)
    note = f"{len(listed.items):,} items on the list"
    return [Figure("all that My checklist reads, in process", seconds * 1000, "ms", MOST, note=note)]


def _readings(store: Store, sizes: Sizes) -> list[Figure]:
    reading = read_flow(store, SYSTEM, KEY)
    assert reading is not None
    step = reading.steps[0]

    def read() -> None:
        read_flow(store, SYSTEM, KEY)
        list_items(store, SYSTEM, step_id=step.id)
        hanging(store, SYSTEM, step.id)
        linked_work(store, SYSTEM, reading.flow.number, step.key)

    seconds = median_seconds(read, sizes.plan_repeats)
    return [Figure("all that the Flow page reads, in process", seconds * 1000, "ms", MOST)]


def fill_guidance(store: Store, people: int, items: int) -> Actor:
    """Begin every flow, and add items to their steps until there are so many, one in seven nobody's; returns the visitor."""
    names = [f"person-{n}" for n in range(people - 1)]
    given = [Newcomer(name, name, role=Role.MEMBER) for name in names]
    ids = add_people(store, SYSTEM, [*given, Newcomer(VISITOR, VISITOR, role=Role.ADMIN, job_role="ai_lead")])
    today = clock.now().date()
    for flow in load_flows().flows:
        begin(store, SYSTEM, flow.slug, today)
    with store.unit(SYSTEM) as session:
        steps = list(session.scalars(sa.select(Step).order_by(Step.id)))
        there = session.scalar(sa.select(sa.func.count()).select_from(ChecklistItem)) or 0
        session.add_all(
            ChecklistItem(
                step_id=steps[n % len(steps)].id, key=f"more-{n}", text=f"Item {n}", position=float(100 + n),
                assignee_id=ids[n % people] if n % 7 else None, evidence=Evidence.NONE, due_day=today,
                state=ItemState.TICKED if n % 3 == 0 else ItemState.OPEN,
            )
            for n in range(items - there)
        )  # fmt: skip
    return Actor(ids[-1], VISITOR, VISITOR, Role.ADMIN)
