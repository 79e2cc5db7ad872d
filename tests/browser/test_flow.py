"""A flow in the browser: a step is opened from the way, its items are ticked together, and the flow is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from orchflow import clock
from orchflow.guidance.flows import create_flow, delete_flow
from orchflow.guidance.items import ITEMS, create_item, list_items, update_item
from orchflow.guidance.rows import FlowRow
from orchflow.guidance.steps import create_step
from orchflow.people.permissions import SYSTEM
from orchflow.planning.work.comments import add_comment
from orchflow.store.engine import Store, open_store
from orchflow.ui.sheet import TALL
from tests.browser.conftest import Visitor, told
from tests.browser.grid import click
from tests.browser.test_accessibility import in_both_modes

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
BOX = 20
"""Where the box is in which a row is chosen, from the left of the grid."""


@pytest.fixture
def store(demo_home: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{demo_home / 'plan.sqlite'}", backups=demo_home / "backups")
    yield opened
    opened.dispose()


@pytest.fixture
def flow(store: Store) -> Iterator[FlowRow]:
    """A flow of two steps, of which the second waits for the first; gone again when the test ends."""
    own = create_flow(store, SYSTEM, name="Audit readiness", start_day=clock.now().date())
    first = create_step(store, SYSTEM, flow_id=own.id, name="Collect evidence")
    second = create_step(store, SYSTEM, flow_id=own.id, name="Hand it over", after=[first.key])
    for step, text in ((first, "List the systems"), (first, "Name their owners"), (second, "Send the file")):
        create_item(store, SYSTEM, step_id=step.id, text=text)
    yield own
    delete_flow(store, SYSTEM, own.id)


HOSTILE = (
    "<img src=x onerror='window.broken=1'><script>window.broken=1</script>[here](javascript:window.broken=1)"
    "![](https://evil.example/x.png) <svg onload='window.broken=1'> :red[x] $x$ `code` # heading"
)


def test_what_people_write_is_shown_and_never_carried_out(visit: Visit, store: Store, flow: FlowRow) -> None:
    step = create_step(
        store, SYSTEM, flow_id=flow.id, name=HOSTILE[:190], purpose=HOSTILE, complete_when=HOSTILE
    )
    item = create_item(store, SYSTEM, step_id=step.id, text=HOSTILE[:290])
    add_comment(store, SYSTEM, entity=ITEMS.key, entity_id=item.id, body=HOSTILE)
    update_item(store, SYSTEM, item.id, item.version, {"state": "not_applicable", "reason": HOSTILE})
    visitor = visit()
    page = visitor.enter("admin", f"/flow?flow={flow.key}&step={step.key}&item={item.id}")
    visitor.drawn()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("onerror=").first).to_be_visible()
    assert page.evaluate("window.broken") is None
    assert page.locator("img[src*='evil'], img[src='x'], svg[onload], a[href^='javascript']").count() == 0
    assert visitor.complaints == []


def test_a_flow_is_walked_from_its_first_step_to_its_last(visit: Visit, store: Store, flow: FlowRow) -> None:
    visitor = visit()
    page = visitor.enter("admin", f"/flow?flow={flow.key}")
    visitor.drawn()
    way = page.locator(".st-key-flow-way")
    expect(way.locator("[aria-current=step]")).to_contain_text("Collect evidence")
    for row in (0, 1):
        click(page, BOX, row, TALL)
        expect(page.get_by_text(f"{row + 1} chosen")).to_be_visible()
    page.get_by_role("button", name="Tick off").click()
    told(page, "Ticked: 2 items")
    expect(way.locator("[aria-current=step]")).to_contain_text("Hand it over")

    click(page, BOX, 0, TALL)
    page.get_by_role("button", name="Tick off").click()

    expect(way.get_by_text("100 % done")).to_be_visible()
    way.get_by_role("link", name="Collect evidence").click()
    expect(page.get_by_role("heading", name="Collect evidence")).to_be_visible()
    assert in_both_modes(page, "flow") == []
    assert {item.state.value for item in list_items(store, SYSTEM, flow_id=flow.id)} == {"ticked"}
    assert visitor.complaints == []
