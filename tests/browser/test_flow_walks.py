"""Flows walked to their end in the browser: flow 1 by a new CTO, flow 3 by an AI engineer, flow 6 by an operator."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from orchflow import clock
from orchflow.config.settings import load_settings
from orchflow.guidance.begin import begin
from orchflow.guidance.checks.evaluate import run_checks
from orchflow.guidance.flows import list_flows
from orchflow.guidance.items import ITEMS, list_items
from orchflow.guidance.rows import ItemRow
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import add_user
from orchflow.planning.tables import Evidence, ItemState, Through
from orchflow.planning.work.attachments import add_attachment
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.store.engine import Store, open_store
from orchflow.store.field import in_words
from orchflow.ui.sheet import TALL
from orchflow.workspace import Workspace, open_workspace
from tests.browser.conftest import Profiles, Visitor, told
from tests.browser.grid import click, column, select
from tests.metrics.facts import SmallFacts
from tests.serving import Server

pytestmark = pytest.mark.browser
SETUP, AGENT, OPERATIONS = "flow-1-initial-setup", "flow-3-first-agent", "flow-6-operations"
BOX, OPEN, STATE = 20, 70, 130
"""How far from the left of a checklist the box, the mark that opens an item, and its state lie."""
STATES = 2
"""The number of the column of states."""
SHOWN = {
    Evidence.NONE: "", Evidence.FILE: "", Evidence.TEXT: "Seen by two of us", Evidence.FIGURE: "4",
    Evidence.LINK: "https://wiki.example/record",
}  # fmt: skip
"""What is pasted into the grid for each kind of evidence; a file is hung on the item."""
FILE = FilePayload(name="sizing.csv", mimeType="text/csv", buffer=b"machine,cores\nserver,4\n")
TASK, TASK_ROW = 200, 35
"""Where the title of a task lies in the plan's grid, and how high its row is."""
PEOPLE = {
    "carla": (Role.MANAGER, "cto"),
    "mia": (Role.MEMBER, "ai_engineer"),
    "olga": (Role.MANAGER, "engineering_manager"),
    "vera": (Role.VIEWER, None),
}
Enter = Callable[..., Visitor]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A platform that answers six people, a project, and flows 3 and 6 begun; flow 1 is still to begin."""
    folder = tmp_path_factory.mktemp("walks")
    config = folder / "orchflow.yaml"
    config.write_text("{}\n", encoding="utf-8")
    with closing(open_workspace(load_settings(home=folder / "home", config=config))) as ws:
        for name, (role, job) in PEOPLE.items():
            add_user(
                ws.store, SYSTEM, username=name, display_name=name.title(), role=role, job_role=job,
                password="correct horse battery", must_change_password=False,
            )  # fmt: skip
        effort = create_effort(ws.store, SYSTEM, number=1, name="Foundation")
        create_project(ws.store, SYSTEM, number="1.1", effort_id=effort.id, name="Hardware")
        a_platform(ws)
        for flow in (AGENT, OPERATIONS):
            begin(ws.store, SYSTEM, flow, clock.today(ws.zone))
        run_checks(ws, SYSTEM)
    with Server(folder / "home", config=config) as running:
        yield running


def a_platform(ws: Workspace) -> None:
    """An agent whose row is whole, six people whom it answered yesterday, and what that cost."""
    facts, day = SmallFacts(ws.warehouse), clock.today(ws.zone) - timedelta(days=1)
    people = [f"u{number}" for number in range(6)]
    facts.users(**dict.fromkeys(people, "acme"))
    row = {"slug": "claims", "name": "Claims", "status": "active", "column_status": "active", "fault": ""}
    facts.load("agents", row)
    facts.runs(*(facts.run("claims", day, user=person) for person in people))
    facts.calls(facts.call(day, "4"))


@pytest.fixture
def store(walked: Server) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{walked.home / 'plan.sqlite'}", backups=walked.home / "backups")
    yield opened
    opened.dispose()


@pytest.fixture
def enter(profiles: Profiles, walked: Server) -> Iterator[Enter]:
    """Opens a step of a flow as somebody, in a browser of their own."""
    made: list[Visitor] = []

    def make(username: str, flow: str, step: str = "") -> Visitor:
        made.append(Visitor(profiles, walked, viewport={"width": 1440, "height": 900}))
        made[-1].context.grant_permissions(["clipboard-read", "clipboard-write"])
        made[-1].enter(username, f"/flow?flow={flow}" + f"&step={step}" * bool(step))
        return made[-1]

    yield make
    for visitor in made:
        assert visitor.complaints == []
        visitor.leave()


def written(item: ItemRow) -> str:
    """A line of the grid from state to evidence as it should be, as a spreadsheet copies it."""
    still_open = item.state is ItemState.OPEN
    shown = SHOWN[item.evidence] if still_open else item.evidence_text
    return "\t".join(
        ["Ticked" if still_open else in_words(item.state), item.text, in_words(item.evidence), shown]
    )


def paste(page: Page, x: int, row: int, height: int, lines: Sequence[str]) -> None:
    """Paste lines below each other into the first grid, and save them."""
    select(page, x, row, height)
    page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(lines))
    page.keyboard.press("Control+v")
    page.get_by_role("button", name=re.compile(r"Save \d+ change")).click()
    told(page, "Saved")


def hang_files(store: Store, home: Path, items: Sequence[ItemRow]) -> None:
    """Hang a file on each item that asks for one."""
    for item in items:
        if item.evidence is Evidence.FILE and item.state is ItemState.OPEN:
            add_attachment(
                store, home, SYSTEM, ITEMS.key, item.id, filename=FILE["name"], content=FILE["buffer"]
            )


def walk_step(visitor: Visitor, store: Store, items: Sequence[ItemRow]) -> None:
    """Tick what is open of a step with its evidence, pasted into the grid at once."""
    hang_files(store, visitor.server.home, items)
    first = next(row for row, item in enumerate(items) if item.state is ItemState.OPEN)
    paste(visitor.page, STATE, first, TALL, [written(item) for item in items[first:]])
    expect(column(visitor.page, STATES).filter(has_text="Open")).to_have_count(0)


def steps_of(store: Store, flow: str) -> list[list[ItemRow]]:
    """The items of each step of a flow, in order."""
    number = next(each.id for each in list_flows(store, SYSTEM) if each.key == flow)
    by_step: dict[int, list[ItemRow]] = {}
    for item in list_items(store, SYSTEM, flow_id=number):
        by_step.setdefault(item.step_id, []).append(item)
    return list(by_step.values())


def is_complete(page: Page, store: Store, flow: str) -> None:
    """Nothing of the flow is open, and the screen says so."""
    expect(way(page).get_by_text("100 % done")).to_be_visible()
    assert not [item.text for step in steps_of(store, flow) for item in step if item.state is ItemState.OPEN]


def way(page: Page) -> Locator:
    return page.locator(".st-key-flow-way")


def open_step(visitor: Visitor, number: int) -> None:
    """Follow the way to a step."""
    link = way(visitor.page).get_by_role("link").nth(number)
    visitor.ran(visitor.page, link.click)
    visitor.drawn()


def tick_in_dialog(visitor: Visitor, row: int, address: str = "") -> None:
    """Open an item of the checklist, give the address or the file that shows it, and tick it."""
    page = visitor.page
    click(page, OPEN, row, TALL)
    dialog = page.get_by_role("dialog")
    if address:
        dialog.get_by_label("Where it can be seen").fill(address)
    else:
        uploader = dialog.locator("input[type=file]")
        expect(uploader).to_be_attached()
        visitor.settle()
        visitor.ran(page, lambda: uploader.set_input_files(FILE))
    dialog.get_by_role("button", name="Tick", exact=True).click()
    expect(dialog.get_by_role("button", name="Open again")).to_be_visible()
    close(dialog)


def close(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def choose(visitor: Visitor, row: int, act: str) -> Locator:
    """Choose one item and open the menu of an act below the checklist; what it holds."""
    page = visitor.page
    expect(page.get_by_text(re.compile(r"^\d+ chosen"))).to_have_count(0)
    click(page, BOX, row, TALL)
    expect(page.get_by_text("1 chosen")).to_be_visible()
    visitor.settle()
    visitor.ran(page, page.get_by_role("button", name=act, exact=True).click)
    visitor.settle()
    return page.get_by_test_id("stPopoverBody")


def test_a_new_cto_sets_up_the_platform(enter: Enter, store: Store) -> None:
    visitor = enter("carla", SETUP)
    page = visitor.page
    page.get_by_role("button", name="Begin", exact=True).click()
    told(page, "Begun: Initial setup and infrastructure")
    visitor.settle()  # while it is drawn what stood there before is there as well
    expect(way(page).locator("[aria-current=step]")).to_contain_text("Hardware setup")
    expect(page.locator(".st-key-step-guide-text")).to_contain_text("Before you start")
    items = steps_of(store, SETUP)[0]
    states = column(page, STATES)

    tick_in_dialog(visitor, 0, "https://wiki.example/decision-1")
    tick_in_dialog(visitor, 1)
    menu = choose(visitor, 2, "To tasks")
    menu.get_by_role("combobox", name="Project").click()
    page.get_by_role("option", name=re.compile("Hardware")).click()
    menu.get_by_role("button", name="Make 1 task").click()
    told(page, "Made 1 task")
    menu = choose(visitor, 3, "Does not apply")
    reason = menu.get_by_label("Why it does not apply here")
    reason.fill("We rent the platform")
    visitor.ran(page, lambda: reason.press("Enter"))
    menu.get_by_role("button", name="Does not apply").click()
    told(page, "Does not apply: 1 item")
    expect(states.nth(3)).to_have_text("Does not apply")

    visitor.go("/plan?plan.level=Tasks&plan.inside=1.1+Hardware")
    paste(page, TASK, 0, TASK_ROW, [f"{items[2].text}\tDone"])
    visitor.go(f"/flow?flow={SETUP}&step=hardware-setup")
    expect(states.nth(2)).to_have_text("Ticked")
    hang_files(store, visitor.server.home, items)
    paste(page, STATE, 4, TALL, [written(item) for item in items[4:]])
    expect(states.filter(has_text="Open")).to_have_count(0)

    for number, step in enumerate(steps_of(store, SETUP)[1:], start=1):
        open_step(visitor, number)
        walk_step(visitor, store, step)
    is_complete(page, store, SETUP)
    through = {item.ticked_through for step in steps_of(store, SETUP) for item in step}
    assert through == {Through.HAND, Through.TASK, Through.CHECK, None}
    expect(visitor.go("/flows").get_by_text("1 of 6 flows complete")).to_be_visible()

    viewer = enter("vera", SETUP, "hardware-setup").page
    click(viewer, BOX, 0, TALL)
    expect(viewer.get_by_role("dialog").get_by_text("Changed by Carla")).to_be_visible()
    expect(viewer.get_by_role("button", name="Open again")).to_have_count(0)


def test_an_engineer_builds_the_first_agent_and_a_manager_does_the_rest(enter: Enter, store: Store) -> None:
    selection, development, integration = steps_of(store, AGENT)
    manager = enter("carla", AGENT, "agent-selection")
    walk_step(manager, store, selection)

    engineer = enter("mia", AGENT, "agent-development")
    walk_step(engineer, store, development)
    open_step(engineer, 2)
    page = engineer.page
    click(page, OPEN, 0, TALL)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("by anybody with the job role Backend Engineer or a manager")).to_be_visible()
    expect(dialog.get_by_role("button", name="Tick", exact=True)).to_have_count(0)
    close(dialog)
    tick_in_dialog(engineer, next(row for row, item in enumerate(integration) if item.role == "ai_engineer"))

    open_step(manager, 2)
    walk_step(manager, store, steps_of(store, AGENT)[2])
    is_complete(manager.page, store, AGENT)


def test_an_operator_runs_it(enter: Enter, store: Store) -> None:
    visitor = enter("olga", OPERATIONS, "monitoring")
    for number, step in enumerate(steps_of(store, OPERATIONS)):
        if number:
            open_step(visitor, number)
        walk_step(visitor, store, step)
    is_complete(visitor.page, store, OPERATIONS)
