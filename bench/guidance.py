"""The guidance of a large workspace: what the Flow screen reads, alone and with the page around it, at 20,000 items."""

from __future__ import annotations

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
from orchflow.guidance.progress import progress_by
from orchflow.guidance.reading import hanging, read_flow
from orchflow.people.newcomers import Newcomer, add_people
from orchflow.people.permissions import SYSTEM, Role
from orchflow.planning.journey.content import load_flows
from orchflow.planning.tables import ChecklistItem, Evidence, ItemState, Step
from orchflow.store.engine import Store, open_store
from orchflow.workspace import store_url
from tests.serving import Server

VISITOR = "visitor"
MOST = 60
KEY = "flow-1-initial-setup"


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Fill a workspace; time the readings of the Flow screen, and its page: kept, and after somebody ticked something."""
    with closing(open_at(folder)) as ws:
        fill_guidance(ws.store, sizes.people, sizes.items)
        figures = _readings(ws.store, sizes)
    home = folder / "home"
    note = f"{sizes.items:,} items, {sizes.people:,} people"
    store = open_store(store_url(settings_of(folder)), backups=folder)
    with (
        Server(home, config=folder / "orchflow.yaml") as server,
        Visitor(server.address, home, VISITOR) as tab,
    ):
        tab.open("")

        def visit() -> None:
            tab.open("flow", f"flow={KEY}")

        def after_a_tick() -> None:
            (item,) = list_items(store, SYSTEM, flow_id=1, after=0, limit=1)
            update_item(store, SYSTEM, item.id, item.version, {"topic": f"{item.version}"})
            visit()

        visit()
        kept = median_seconds(visit, sizes.reruns)
        changed = median_seconds(after_a_tick, sizes.plan_repeats)
    store.dispose()
    return [
        *figures,
        Figure("Flow page, kept", kept * 1000, "ms", MOST, note=note),
        Figure("Flow page, after a change and with it", changed * 1000, "ms", note=note),
    ]


def _readings(store: Store, sizes: Sizes) -> list[Figure]:
    reading = read_flow(store, SYSTEM, KEY)
    assert reading is not None
    step = reading.steps[0]

    def read() -> None:
        read_flow(store, SYSTEM, KEY)
        list_items(store, SYSTEM, step_id=step.id)
        hanging(store, SYSTEM, step.id)
        progress_by(store, SYSTEM, "role", flow_id=reading.flow.id)
        progress_by(store, SYSTEM, "person", flow_id=reading.flow.id)
        linked_work(store, SYSTEM, reading.flow.number, step.key)

    seconds = median_seconds(read, sizes.plan_repeats)
    return [Figure("all that the Flow page reads, in process", seconds * 1000, "ms", MOST)]


def fill_guidance(store: Store, people: int, items: int) -> None:
    """Begin every flow, and add items to their steps until there are so many, each somebody's."""
    names = [f"person-{n}" for n in range(people - 1)]
    given = [Newcomer(name, name, role=Role.MEMBER) for name in names]
    ids = add_people(store, SYSTEM, [*given, Newcomer(VISITOR, VISITOR, role=Role.ADMIN)])
    today = clock.now().date()
    for flow in load_flows().flows:
        begin(store, SYSTEM, flow.slug, today)
    with store.unit(SYSTEM) as session:
        steps = list(session.scalars(sa.select(Step).order_by(Step.id)))
        there = session.scalar(sa.select(sa.func.count()).select_from(ChecklistItem)) or 0
        session.add_all(
            ChecklistItem(
                step_id=steps[n % len(steps)].id, key=f"more-{n}", text=f"Item {n}", position=float(100 + n),
                assignee_id=ids[n % people], evidence=Evidence.NONE, due_day=today,
                state=ItemState.TICKED if n % 3 == 0 else ItemState.OPEN,
            )
            for n in range(items - there)
        )  # fmt: skip
