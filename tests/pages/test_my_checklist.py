"""My checklist and the dialog of an item: what is mine in its order, ticked with its evidence, and what others may not do."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.guidance.begin import begin
from orchflow.guidance.items import get_item, list_items, update_item
from orchflow.guidance.rows import ItemRow
from orchflow.guidance.ticking import tick
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import UserRow, get_user, update_user
from orchflow.planning.work.comments import list_comments
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.screens.catalogue import BY_NAME
from orchflow.screens.journey import my_checklist_state as state
from orchflow.screens.sidebar import title
from tests.pages.conftest import Browser, page_links

WORDS, ADDRESS, FIGURE = "hw-server-used", "hw-place-decided", "hw-connections-reckoned"
Items = dict[str, ItemRow]


@pytest.fixture
def member(browser: Browser) -> UserRow:
    return browser.person(Role.MEMBER)


@pytest.fixture
def items(browser: Browser, member: UserRow) -> Items:
    """Those of the first flow, which began ten days ago; three of them are the member's."""
    store = browser.ws.store
    begin(store, SYSTEM, "flow-1-initial-setup", clock.now().date() - timedelta(days=10))
    for item in list_items(store, SYSTEM):
        if item.key in (WORDS, ADDRESS, FIGURE):
            update_item(store, SYSTEM, item.id, item.version, {"assignee_id": member.id})
    return {item.key: item for item in list_items(store, SYSTEM)}


def parts(shown: AppTest) -> list[dict[str, Any]]:
    assert not shown.exception
    return [json.loads(element.proto.json or "{}") for element in shown.get("bidi_component")]


def lines(shown: AppTest) -> list[dict[str, Any]]:
    """The lines of the list."""
    return next((part["lines"] for part in parts(shown) if "lines" in part), [])


def words(shown: AppTest) -> str:
    assert not shown.exception
    said = [*shown.markdown, *shown.caption, *shown.warning, *shown.error, *shown.info]
    return " ".join(str(element.value) for element in said).replace("\\", "")


def press(shown: AppTest, label: str) -> AppTest:
    return next(button for button in shown.button if button.label == label).click().run()


def labels(shown: AppTest) -> list[str]:
    return [button.label for button in shown.button]


def dialog(browser: Browser, user: UserRow, item: ItemRow) -> AppTest:
    return browser.visit("my_checklist", user, item=str(item.id))


def now(browser: Browser, item: ItemRow) -> ItemRow:
    return get_item(browser.ws.store, SYSTEM, item.id)


def test_what_is_mine_stands_by_day_and_step_with_boxes(
    browser: Browser, member: UserRow, items: Items
) -> None:
    shown = browser.open("my_checklist", member)

    listed = lines(shown)
    assert (listed[0]["title"], listed[0]["aside"], listed[0]["heading"]) == ("Overdue", "3", True)
    assert (listed[1]["title"], listed[1]["minor"]) == (
        "1 Initial setup and infrastructure · Hardware setup", True,
    )  # fmt: skip
    rows = {line["key"]: line for line in listed if line["key"]}
    assert rows.keys() == {str(items[key].id) for key in (WORDS, ADDRESS, FIGURE)}
    assert {row["tick"] for row in rows.values()} == {"open"}
    assert "asks for words" in rows[str(items[WORDS].id)]["detail"]
    html = next(part["html"] for part in parts(shown) if "html" in part)
    assert "0 of 3 items ticked" in html
    assert items[ADDRESS].text in html  # it is next


def test_evidence_is_asked_for_and_stored_with_the_tick(
    browser: Browser, member: UserRow, items: Items
) -> None:
    item = items[WORDS]
    shown = dialog(browser, member, item)
    assert "Overdue by" in words(shown)
    press(shown, "Tick")
    assert "say in words what shows that it is done" in words(shown)

    shown.text_area(key=f"item.words-{item.id}").set_value("Two laptops")
    press(shown, "Tick")

    assert (now(browser, item).state, now(browser, item).evidence_text) == ("ticked", "Two laptops")
    assert "Two laptops" in words(shown)
    press(shown, "Open again")
    assert now(browser, item).state == "open"


def test_a_figure_of_the_catalogue_is_shown_as_it_is_now(
    browser: Browser, member: UserRow, items: Items
) -> None:
    item = items[FIGURE]
    shown = dialog(browser, member, item)
    shown.selectbox(key=f"item.figure-{item.id}").select("items_overdue").run()
    assert "now." in words(shown)
    press(shown, "Tick")
    measured = now(browser, item)
    assert (measured.state, measured.evidence_figure) == ("ticked", "items_overdue")
    assert measured.evidence_value is not None
    assert "Items overdue: " in words(shown)

    press(shown, "Open again")
    shown.selectbox(key=f"item.figure-{item.id}").select("").run()
    shown.text_input(key=f"item.called-{item.id}").set_value("instances")
    shown.number_input(key=f"item.value-{item.id}").set_value(4.0)
    press(shown, "Tick")

    stored = now(browser, item)
    assert (stored.state, stored.evidence_figure, stored.evidence_value) == ("ticked", "instances", 4)


def test_what_does_not_apply_needs_its_reason(browser: Browser, member: UserRow, items: Items) -> None:
    item = items[ADDRESS]
    shown = dialog(browser, member, item)
    shown.session_state["item-leave-out"] = True
    shown.run()
    press(shown, "It does not apply")
    assert "say why it does not apply" in words(shown)

    shown.text_area(key=f"item.reason-{item.id}").set_value("We rent the platform")
    press(shown, "It does not apply")

    assert (now(browser, item).state, now(browser, item).reason) == (
        "not_applicable", "We rent the platform",
    )  # fmt: skip


def test_who_comes_second_is_told_who_was_first_and_loses_nothing(
    browser: Browser, member: UserRow, items: Items
) -> None:
    item = items[WORDS]
    shown = dialog(browser, member, item)
    shown.text_area(key=f"item.words-{item.id}").set_value("Mine")
    other = browser.person(Role.MANAGER)
    tick(browser.ws.store, Actor(other.id, other.username, other.display_name, other.role), item, {"evidence_text": "Theirs"})  # fmt: skip

    press(shown, "Tick")

    assert f"{other.display_name} was first" in words(shown)
    assert now(browser, item).evidence_text == "Theirs"
    shown.segmented_control(key="item-part").set_value("talk").run()
    assert "Mine" in [area.value for area in shown.text_area]


def test_what_is_not_theirs_is_not_offered(browser: Browser, member: UserRow, items: Items) -> None:
    others = next(item for item in items.values() if item.assignee_id is None and item.role == "cto")
    shown = dialog(browser, member, others)

    assert "Tick" not in labels(shown)
    assert "anybody with the job role CTO" in words(shown)
    viewer = browser.person(Role.VIEWER)
    assert {"Tick", "Look again"}.isdisjoint(labels(dialog(browser, viewer, items[WORDS])))


def test_a_manager_makes_it_a_task_and_the_link_leads_there(browser: Browser, items: Items) -> None:
    store = browser.ws.store
    effort = create_effort(store, SYSTEM, number=1, name="Infrastructure")
    project = create_project(store, SYSTEM, number="1.1", effort_id=effort.id, name="Hardware")
    manager = browser.person(Role.MANAGER)
    item = items[WORDS]
    shown = dialog(browser, manager, item)
    shown.session_state["item-task"] = True
    shown.run()
    shown.selectbox(key=f"item.project-{item.id}").select(project.id).run()
    press(shown, "Make the task")

    assert now(browser, item).task_id is not None
    assert "in Hardware" in page_links(shown)
    shown.segmented_control(key="item-part").set_value("history").run()
    assert "made this item" in words(shown)


def test_what_is_said_and_hung_on_an_item(browser: Browser, member: UserRow, items: Items) -> None:
    item = items[WORDS]
    shown = dialog(browser, member, item)
    shown.segmented_control(key="item-part").set_value("talk").run()
    shown.text_area[0].set_value("The second laptop comes on Monday")
    press(shown, "Comment")

    (comment,) = list_comments(browser.ws.store, SYSTEM, entity="checklist_item", entity_id=item.id)
    assert comment.body == "The second laptop comes on Monday"
    shown.segmented_control(key="item-part").set_value("files").run()
    assert shown.get("file_uploader")


def test_a_manager_looks_at_another_list(browser: Browser, member: UserRow, items: Items) -> None:
    manager = browser.person(Role.MANAGER)
    shown = browser.visit("my_checklist", manager)
    assert lines(shown) == []
    shown.session_state["my-whose"] = True
    shown.run()
    shown.selectbox(key=state.WHOSE.name).select(str(member.id)).run()

    assert len([line for line in lines(shown) if line["key"]]) == 3
    assert [box.label for box in browser.open("my_checklist", member).selectbox] == []


def test_what_is_empty_leads_on(browser: Browser, member: UserRow) -> None:
    assert "No flow was begun yet" in words(browser.visit("my_checklist", member))
    begin(browser.ws.store, SYSTEM, "flow-1-initial-setup", clock.now().date())
    assert "your job role is not set" in words(browser.visit("my_checklist", member))
    user = get_user(browser.ws.store, SYSTEM, member.id)
    update_user(browser.ws.store, SYSTEM, user.id, user.version, {"job_role": "product_manager"})
    assert "No flow was begun yet" not in words(browser.visit("my_checklist", member))


def test_the_navigation_tells_what_is_late(browser: Browser, member: UserRow, items: Items) -> None:
    actor = Actor(member.id, member.username, member.display_name, member.role)

    assert title(actor, BY_NAME["my_checklist"]) == "My checklist · 3 late"
    assert title(None, BY_NAME["my_checklist"]) == "My checklist"
    assert title(actor, BY_NAME["library"]) == "Library"


def test_an_item_that_is_not_there_says_so(browser: Browser, member: UserRow) -> None:
    assert "There is no such item" in words(browser.visit("my_checklist", member, item="99"))
