"""Flow: a flow is offered, begun, worked on and moved; who may what; what is not there is said."""

from __future__ import annotations

import json
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from orchflow.guidance.begin import begin
from orchflow.guidance.flows import create_flow, list_flows
from orchflow.guidance.items import create_item, get_item, list_items, update_item
from orchflow.guidance.reading import FlowReading, read_flow
from orchflow.guidance.rows import FlowRow, ItemRow
from orchflow.guidance.steps import create_step, list_steps
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import disable_user, update_user
from orchflow.planning.tables import ChecklistItem, Flow
from orchflow.planning.work.attachments import add_attachment
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.screens.journey.flow_items import sheet_key
from orchflow.screens.journey.flow_state import PERSON, PROJECT
from tests.pages.conftest import Browser, figures

SETUP = "flow-1-initial-setup"
MONDAY = date(2026, 11, 2)


def told(shown: AppTest) -> str:
    """Everything that the page says: Markdown, captions, and what our own components show."""
    assert not shown.exception
    drawn = [json.loads(part.proto.json or "{}") for part in shown.get("bidi_component")]
    texts = [str(part.value) for part in (*shown.markdown, *shown.caption, *shown.warning, *shown.error)]
    return unescape(" ".join([*texts, *(str(data.get("html", "")) for data in drawn)])).replace("\\", "")


@pytest.fixture
def flow(browser: Browser) -> FlowRow:
    return begin(browser.ws.store, SYSTEM, SETUP, MONDAY).flow


def reading(browser: Browser) -> FlowReading:
    now = read_flow(browser.ws.store, SYSTEM, SETUP)
    assert now is not None
    return now


def items(browser: Browser) -> list[ItemRow]:
    return list_items(browser.ws.store, SYSTEM, step_id=reading(browser).steps[0].id)


def test_a_flow_that_was_not_begun_says_when_it_would_be_due_and_is_begun(browser: Browser) -> None:
    manager = browser.person(Role.MANAGER)
    shown = browser.visit("flow", manager, flow=SETUP)
    assert "not begun yet" in told(shown)
    assert "Sign the sizing sheet" in told(shown)

    shown.date_input[0].set_value(date(2027, 3, 1)).run()
    assert "due 5 Mar 2027" in told(shown)
    shown.button(key="flow-begin-now").click().run()

    (begun,) = list_flows(browser.ws.store, SYSTEM)
    assert (begun.start_day, begun.owner_id) == (date(2027, 3, 1), manager.id)
    assert "begins on 1 Mar 2027" in told(shown)
    shown.button(key="flow-undo").click().run()
    assert list_flows(browser.ws.store, SYSTEM) == []


def test_a_step_is_shown_with_all_that_belongs_to_it(browser: Browser, flow: FlowRow) -> None:
    second = reading(browser).steps[1]
    shown = browser.visit("flow", browser.person(Role.VIEWER), flow=SETUP, step=second.key)

    text = told(shown)
    content = reading(browser).shipped[second.key]
    for said in (
        second.purpose,
        *content.inputs,
        *content.outputs,
        content.risks[0].answer,
        content.questions[0].question,
    ):
        assert said in text
    assert set(figures(shown)) == {"Flow completion", "Steps complete", "Items overdue", "Flow drift"}
    assert 'aria-current="step"' in text
    assert len(shown.dataframe) == 1
    assert f"flow?flow={SETUP}&step=" in text
    assert not shown.main.get("popover")  # a viewer changes nothing


def test_the_checklist_has_the_whole_window_without_its_guide(browser: Browser, flow: FlowRow) -> None:
    manager = browser.person(Role.MANAGER)
    shown = browser.visit("flow", manager, flow=SETUP)
    assert len(shown.columns) == 2
    assert "the empty rows take new items" in told(shown)

    shown.toggle(key="flow-steps.wide").set_value(True).run()

    assert not shown.columns
    assert len(shown.dataframe) == 1


def test_the_item_that_is_open_stands_in_the_address_and_goes_with_it(
    browser: Browser, flow: FlowRow
) -> None:
    manager, (item, *_) = browser.person(Role.MANAGER), items(browser)
    shown = browser.visit("flow", manager, flow=SETUP, item=str(item.id))
    assert shown.button(key="item-tick")

    del shown.query_params["item"]
    shown.run()

    assert [button for button in shown.button if button.key == "item-tick"] == []


def test_what_is_not_there_is_said(browser: Browser, flow: FlowRow) -> None:
    viewer = browser.person(Role.VIEWER)

    assert "There is no flow zeppelin" in told(browser.visit("flow", viewer, flow="zeppelin"))
    shown = browser.visit("flow", viewer, flow=SETUP, step="zeppelin")
    assert "has no step zeppelin" in told(shown)
    assert "Flows that ship" in told(browser.visit("flow", viewer))


def test_the_first_day_is_moved_by_a_year_and_back(browser: Browser, flow: FlowRow) -> None:
    shown = browser.visit("flow", browser.person(Role.MANAGER), flow=SETUP)
    shown.session_state["flow-move"] = True
    shown.run()
    later = MONDAY + timedelta(days=364)
    shown.date_input[0].set_value(later).run()
    days = len(reading(browser).steps) + len(list_items(browser.ws.store, SYSTEM, flow_id=flow.id))
    assert f"{days} due days move" in told(shown)

    shown.button(key="flow-move-now").click().run()

    assert reading(browser).flow.start_day == later
    shown.button(key="flow-undo").click().run()
    assert reading(browser).flow.start_day == MONDAY


def sheet_of(browser: Browser) -> str:
    return sheet_key(reading(browser).steps[0])


def write(page: AppTest, browser: Browser, place: int, **values: Any) -> None:
    """Let values wait for an item in the grid."""
    waits = page.session_state[f"{sheet_of(browser)}-sheet"]
    for name, value in values.items():
        waits.stage.put(waits.shown[place], name, value)
    waits.acted = True


def save(shown: AppTest) -> AppTest:
    return next(button for button in shown.button if button.label.startswith("Save ")).click().run()


def choose(shown: AppTest, browser: Browser, *places: int) -> AppTest:
    waits = shown.session_state[f"{sheet_of(browser)}-sheet"]
    waits.stage.chosen = {waits.shown[place].key for place in places}
    return shown.run()


def press(shown: AppTest, label: str) -> AppTest:
    return next(button for button in shown.button if button.label == label).click().run()


def test_what_shows_an_item_goes_where_its_kind_has_it(browser: Browser, flow: FlowRow) -> None:
    shown = browser.visit("flow", browser.person(Role.MANAGER), flow=SETUP)
    kinds = [item.evidence.value for item in items(browser)]
    link, figure, text = (kinds.index(kind) for kind in ("link", "figure", "text"))
    write(shown, browser, link, state="ticked", shown="https://wiki.example.org/place")
    write(shown, browser, figure, state="ticked", shown="18")
    write(shown, browser, text, state="ticked")
    shown = save(shown.run())

    now = items(browser)
    assert (now[link].state.value, now[link].evidence_link) == ("ticked", "https://wiki.example.org/place")
    assert (now[figure].state.value, now[figure].evidence_value) == ("ticked", 18)
    assert now[text].state.value == "open"
    assert "say in words what shows that it is done" in told(shown)
    assert f"2 of {sum(item.required for item in now)} done" in told(shown)


def test_own_items_are_pasted_ordered_and_deleted_and_brought_back(browser: Browser, flow: FlowRow) -> None:
    shown = browser.visit("flow", browser.person(Role.MANAGER), flow=SETUP)
    waits = shown.session_state[f"{sheet_of(browser)}-sheet"]
    for text in ("Order the rack", "Book the room"):
        waits.stage.add({"text": text, "required": True})
    shown = save(shown.run())
    assert [item.text for item in items(browser)][-2:] == ["Order the rack", "Book the room"]

    shown = choose(shown, browser, 0, len(items(browser)) - 1)
    shown.session_state[f"{sheet_of(browser)}-delete"] = True
    shown.run()
    assert "1 item that ships with the flow stays" in told(shown)
    shown = press(shown, "Delete 1 item")
    assert [item.text for item in items(browser)][-1] == "Order the rack"
    shown.button(key="flow-undo").click().run()
    assert [item.text for item in items(browser)][-1] == "Book the room"


def test_several_items_are_ticked_dropped_and_opened_again_together(browser: Browser, flow: FlowRow) -> None:
    shown = browser.visit("flow", browser.person(Role.MANAGER), flow=SETUP)
    every = items(browser)
    plain = next(place for place, item in enumerate(every) if item.evidence == "none")
    proof = next(place for place, item in enumerate(every) if item.evidence == "text")
    shown = press(choose(shown, browser, plain, proof), "Tick off")
    assert "Ticked: 1 of 2 items" in told(shown)
    assert items(browser)[plain].state == "ticked"

    shown = choose(shown, browser, proof)
    shown.session_state[f"{sheet_of(browser)}-drop"] = True
    shown.run()
    shown.text_input(key="flow-steps.reason").set_value("No such server here").run()
    shown = (
        next(button for button in shown.button if button.key == f"{sheet_of(browser)}-drop-now").click().run()
    )
    assert (items(browser)[proof].state, items(browser)[proof].reason) == (
        "not_applicable",
        "No such server here",
    )
    shown = press(choose(shown, browser, plain, proof), "Reopen")
    assert {items(browser)[place].state.value for place in (plain, proof)} == {"open"}


def test_items_become_tasks_of_a_project(browser: Browser, flow: FlowRow) -> None:
    store = browser.ws.store
    effort = create_effort(store, SYSTEM, number=1, name="Infrastructure")
    project = create_project(store, SYSTEM, number="1.1", effort_id=effort.id, name="Hardware")
    shown = choose(browser.visit("flow", browser.person(Role.MANAGER), flow=SETUP), browser, 0, 1)
    shown.session_state[f"{sheet_of(browser)}-tasks"] = True
    shown.run()
    shown.selectbox(key=PROJECT.of(sheet_of(browser)).name).set_value(project.id).run()
    shown = press(shown, "Make 2 tasks")

    assert all(item.task_id for item in items(browser)[:2])
    assert "0 of 2 tasks of this step closed" in told(shown)


def test_two_people_tick_at_once_and_both_are_kept(browser: Browser, flow: FlowRow) -> None:
    shown = browser.visit("flow", browser.person(Role.MANAGER), flow=SETUP)
    every = items(browser)
    here, there = (place for place, item in enumerate(every) if item.evidence == "text")
    write(shown, browser, here, state="ticked", shown="Done by me")
    write(shown, browser, there, state="ticked", shown="Mine")
    theirs = {"state": "not_applicable", "reason": "Not here"}
    update_item(browser.ws.store, SYSTEM, every[there].id, every[there].version, theirs)
    shown = save(shown.run())

    assert items(browser)[here].evidence_text == "Done by me"
    assert items(browser)[there].state == "not_applicable"
    assert "was changed by" in told(shown)


def test_a_member_ticks_what_is_theirs_alone(browser: Browser, flow: FlowRow) -> None:
    member = browser.person(Role.MEMBER)
    every = items(browser)
    mine = next(place for place, item in enumerate(every) if item.evidence == "text")
    update_item(browser.ws.store, SYSTEM, every[mine].id, every[mine].version, {"assignee_id": member.id})
    shown = browser.visit("flow", member, flow=SETUP)
    shown.pills[0].set_value(["mine"]).run()
    assert f"1 of {len(every)} items" in told(shown)
    shown.pills[0].set_value([]).run()
    write(shown, browser, mine, state="ticked", shown="Two laptops")
    write(shown, browser, mine + 1, state="ticked", shown="Not mine")
    shown = save(shown.run())

    assert items(browser)[mine].ticked_by_id == member.id
    assert items(browser)[mine + 1].state == "open"
    assert "only its assignee, its role or a manager changes this" in told(shown)


def test_what_somebody_who_left_had_is_handed_over(browser: Browser, flow: FlowRow) -> None:
    manager, leaver = browser.person(Role.MANAGER), browser.person(Role.MEMBER)
    item = items(browser)[0]
    update_item(browser.ws.store, SYSTEM, item.id, item.version, {"assignee_id": leaver.id})
    disable_user(browser.ws.store, SYSTEM, leaver.id)
    shown = browser.visit("flow", manager, flow=SETUP)
    assert "**Member One** has left; still theirs here: 1 open item." in told(shown)

    shown.session_state[f"flow-hand-{leaver.id}"] = True
    shown.run()
    shown.selectbox(key=PERSON.of("left", leaver.id).name).set_value(manager.id).run()
    press(shown, "Hand over")

    assert get_item(browser.ws.store, SYSTEM, item.id).assignee_id == manager.id


def test_a_flow_of_our_own_leads_on_to_its_first_step_and_items(browser: Browser) -> None:
    store = browser.ws.store
    own = create_flow(store, SYSTEM, name="Audit readiness", start_day=MONDAY)
    manager = browser.person(Role.MANAGER)
    shown = browser.visit("flow", manager, flow=own.key)
    assert "No steps yet" in told(shown)

    step = create_step(store, SYSTEM, flow_id=own.id, name="Collect evidence")
    shown.run()
    assert "1 Collect evidence" in told(shown)
    create_item(store, SYSTEM, step_id=step.id, text="List the systems")
    shown.run()
    assert "0 of 1 done" in told(shown)
    assert list_steps(store, SYSTEM, flow_id=own.id)[0].own


PROOF = {"text": "Seen on two laptops", "link": "https://wiki.example.org", "figure": "3"}


def test_a_new_cto_walks_the_flow_to_its_end_where_the_screen_leads(browser: Browser, flow: FlowRow) -> None:
    """Every step in its order, each item ticked in the grid with what shows it; files were hung on before."""
    store, cto = browser.ws.store, browser.person(Role.ADMIN)
    update_user(store, SYSTEM, cto.id, cto.version, {"job_role": "cto"})
    for item in list_items(store, SYSTEM, flow_id=flow.id):
        if item.evidence == "file":
            add_attachment(
                store,
                browser.ws.settings.home,
                SYSTEM,
                "checklist_item",
                item.id,
                filename="a.txt",
                content=b"a",
            )
    shown = browser.visit("flow", cto, flow=SETUP)
    walked = []
    while reading(browser).progress.finished_on is None:
        step = reading(browser).now
        key = sheet_key(next(each for each in reading(browser).steps if each.key == step))
        waits = shown.session_state[f"{key}-sheet"]
        for row in filter(lambda row: row.version, waits.shown):
            waits.stage.put(row, "state", "ticked")
            if row.values["evidence"] in PROOF:
                waits.stage.put(row, "shown", PROOF[row.values["evidence"]])
        waits.acted = True
        shown = save(shown.run())
        walked.append(step)

    assert walked == [step.key for step in reading(browser).steps]
    assert figures(shown)["Flow completion"] == "100 %"
    assert figures(shown)["Steps complete"] == "4"
    assert "complete since" in told(shown)


def test_a_step_is_added_in_its_dialog_and_a_newer_version_is_told(browser: Browser, flow: FlowRow) -> None:
    older(browser, flow)
    shown = browser.visit("flow", browser.person(Role.MANAGER), flow=SETUP)
    assert "A newer version of this flow ships" in told(shown)
    shown.session_state["flow-steps.open"] = "new-step"
    shown.run()
    shown.text_input(key="step-new-name").set_value("Move the archive")
    shown.session_state["flow-steps.open"] = "new-step"  # in a browser the dialog runs alone
    press(shown, "Add")
    step = reading(browser).steps[-1]
    assert (step.name, step.after) == ("Move the archive", [reading(browser).steps[-2].key])

    shown = press(shown.run(), "See the difference")
    assert "1 new item. What was ticked stays" in told(shown)


def older(browser: Browser, flow: FlowRow) -> None:
    """As if the flow had been begun before its last item of the first step was written."""
    with browser.ws.store.unit(SYSTEM) as session:
        row = session.get(Flow, flow.id)
        assert row is not None
        first, *others = row.content["steps"]
        gone = first["checklist"][-1]["key"]
        row.edition = "older"
        row.content = row.content | {"steps": [first | {"checklist": first["checklist"][:-1]}, *others]}
        session.delete(session.scalars(sa.select(ChecklistItem).where(ChecklistItem.key == gone)).one())
