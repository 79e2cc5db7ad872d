"""The form of a task, beside the grid and over the board: saved, refused with the reason, and merged with others' changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import UserRow
from orchflow.planning.tables import LinkKind
from orchflow.planning.work.attachments import add_attachment
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.links import add_link, list_links
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.saved_views import save_view
from orchflow.planning.work.tasks import create_task, get_task, update_task
from tests.pages.conftest import Browser


@pytest.fixture
def task_id(browser: Browser) -> int:
    store = browser.ws.store
    effort = create_effort(store, SYSTEM, number=1, name="Infrastructure")
    project = create_project(store, SYSTEM, number="1.1", effort_id=effort.id, name="Hardware")
    fields = {"title": "Order the server", "points": 3, "description": "One", "labels": ["rack"]}
    return create_task(store, SYSTEM, project_id=project.id, **fields).id


@pytest.fixture
def manager(browser: Browser) -> UserRow:
    return browser.person(Role.MANAGER)


def pressed(shown: AppTest, label: str) -> AppTest:
    return next(button for button in shown.button if button.label == label).click().run()


def form(browser: Browser, manager: UserRow, task_id: int) -> AppTest:
    return pressed(browser.open("plan", manager, task=str(task_id)), "Edit")


def stored(browser: Browser, task_id: int) -> Any:
    return get_task(browser.ws.store, SYSTEM, task_id)


def change_meanwhile(browser: Browser, task_id: int, **changes: object) -> None:
    task = stored(browser, task_id)
    update_task(browser.ws.store, SYSTEM, task.id, task.version, changes)


def test_what_is_written_is_stored_and_the_form_closes(
    browser: Browser, manager: UserRow, task_id: int
) -> None:
    shown = form(browser, manager, task_id)
    shown.text_input(key=f"task-{task_id}-title").set_value("Order two servers")
    shown.number_input(key=f"task-{task_id}-points").set_value(5.0)
    shown.selectbox(key=f"task-{task_id}-owner_id").select(manager.id)
    shown.text_area(key=f"task-{task_id}-description").set_value("One\n\ntwo")
    shown = pressed(shown, "Save")

    assert not shown.exception
    task = stored(browser, task_id)
    assert (task.title, task.points, task.assignee_id) == ("Order two servers", Decimal(5), manager.id)
    assert (task.description, task.labels, task.version) == ("One\n\ntwo", ["rack"], 2)
    assert "Edit" in [button.label for button in shown.button]


def test_nothing_is_stored_when_nothing_is_changed_or_it_is_cancelled(
    browser: Browser, manager: UserRow, task_id: int
) -> None:
    shown = pressed(form(browser, manager, task_id), "Save")
    shown = pressed(shown, "Edit")
    shown.text_input(key=f"task-{task_id}-title").set_value("Never mind")
    shown = pressed(shown, "Cancel")

    assert "#### Order the server" in [text.value for text in shown.markdown]
    assert stored(browser, task_id).version == 1


def test_a_value_that_is_refused_says_why_and_the_rest_is_stored(
    browser: Browser, manager: UserRow, task_id: int
) -> None:
    shown = form(browser, manager, task_id)
    shown.number_input(key=f"task-{task_id}-points").set_value(20_000.0)
    shown.text_input(key=f"task-{task_id}-title").set_value("Order two servers")
    shown = pressed(shown, "Save")

    assert "**Points**: must be from 0 to 9999" in shown.error[0].value
    assert shown.number_input(key=f"task-{task_id}-points").value == 20_000
    assert (stored(browser, task_id).points, stored(browser, task_id).title) == (3, "Order two servers")
    shown.number_input(key=f"task-{task_id}-points").set_value(8.0)
    assert not pressed(shown, "Save").error
    assert stored(browser, task_id).points == 8


def test_other_fields_merge_and_the_same_field_is_chosen(
    browser: Browser, manager: UserRow, task_id: int
) -> None:
    shown = form(browser, manager, task_id)
    change_meanwhile(browser, task_id, title="Theirs", points=8)
    shown.text_input(key=f"task-{task_id}-title").set_value("Mine")
    shown.toggle(key=f"task-{task_id}-milestone").set_value(True)
    shown = pressed(shown, "Save")

    assert stored(browser, task_id).title == "Theirs"
    (choice,) = (radio for radio in shown.radio if radio.label.startswith("Title"))
    assert choice.options == ["Stored now: **Theirs**", "Yours: **Mine**"]
    choice.set_value("mine")
    shown = pressed(shown, "Save my choice")
    task = stored(browser, task_id)
    assert (task.title, task.points, task.milestone) == ("Mine", 8, True)
    assert not shown.radio


def test_a_member_changes_only_what_is_theirs(browser: Browser, task_id: int) -> None:
    member = browser.person(Role.MEMBER)
    change_meanwhile(browser, task_id, assignee_id=member.id)
    shown = form(browser, member, task_id)

    assert shown.text_input(key=f"task-{task_id}-title").disabled
    shown.number_input(key=f"task-{task_id}-logged_hours").set_value(2.5)
    pressed(shown, "Save")
    assert stored(browser, task_id).logged_hours == Decimal("2.5")


def test_the_history_tells_what_the_form_changed(browser: Browser, manager: UserRow, task_id: int) -> None:
    change_meanwhile(browser, task_id, assignee_id=manager.id, points=5, due="2026-11-30", milestone=True)
    shown = browser.open("plan", manager, task=str(task_id))
    shown = shown.segmented_control(key="task-part").set_value("history").run()

    told = next(text.value for text in shown.markdown if "Points" in text.value)
    assert sorted(told.split("  \n")) == [
        r"Assignee: Nobody → Manager One",
        r"Due: – → 30 Nov 2026",
        r"Milestone: no → yes",
        r"Points: 3 → 5",
    ]


def test_the_board_shows_the_same_form_and_closes_it_when_it_is_stored(
    browser: Browser, manager: UserRow, task_id: int
) -> None:
    shown = browser.open("board", manager)
    shown.session_state["board.opened"] = task_id
    shown.run()
    shown = pressed(shown, "Edit")
    shown.text_input(key=f"task-{task_id}-title").set_value("Order two servers")
    shown = pressed(shown, "Save")

    assert not shown.exception
    assert stored(browser, task_id).title == "Order two servers"
    assert not [text for text in shown.text_input if text.label == "Title"]


def test_a_link_is_hung_on_the_task_and_taken_off(browser: Browser, manager: UserRow, task_id: int) -> None:
    shown = browser.open("plan", manager, task=str(task_id))
    shown = shown.segmented_control(key="task-part").set_value("relations").run()
    shown.session_state["link-add"] = True
    shown = shown.run().button(key="link-store").click().run()
    assert "must not be empty" in shown.error[0].value, "refused, the menu stays"
    shown.text_input(key="link-target").set_value("https://example.org/runbook")
    shown = shown.button(key="link-store").click().run()

    assert not [text for text in shown.text_input if text.key == "link-target"], "stored, it is closed"
    (link,) = list_links(browser.ws.store, SYSTEM, entity="task", entity_id=task_id)
    assert (link.kind, link.target) == (LinkKind.URL, "https://example.org/runbook")
    shown = shown.button(key=f"link-drop-{link.id}").click().run()
    assert not shown.exception
    assert not list_links(browser.ws.store, SYSTEM, entity="task", entity_id=task_id)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (LinkKind.URL, "[Runbook](<https://e.org/a%3E%20%60![x](y)%60>)"),
        (LinkKind.DOCUMENT, r"Runbook :gray[https\::small[]//e\.org/a\> \`\!\[x\]\(y\)\`]"),
    ],
)
def test_where_a_link_leads_is_no_markdown(
    browser: Browser, manager: UserRow, task_id: int, kind: LinkKind, written: str
) -> None:
    target = "https://e.org/a> `![x](y)`"
    add_link(browser.ws.store, SYSTEM, "task", task_id, kind=kind, target=target, title="Runbook")
    shown = browser.open("plan", manager, task=str(task_id))
    shown = shown.segmented_control(key="task-part").set_value("relations").run()

    assert [text.value.partition(" ")[2] for text in shown.markdown if "Runbook" in text.value] == [written]


def test_the_name_of_a_file_is_no_markdown(browser: Browser, manager: UserRow, task_id: int) -> None:
    add_attachment(
        browser.ws.store, browser.ws.settings.home, SYSTEM, "task", task_id, filename="[b] _a_.txt", content=b"1"
    )  # fmt: skip
    shown = browser.open("plan", manager, task=str(task_id))
    shown = shown.segmented_control(key="task-part").set_value("relations").run()

    assert [button.proto.label for button in shown.get("download_button")] == [r"\[b\] \_a\_\.txt"]


def test_the_name_of_a_kept_view_is_no_markdown(browser: Browser, manager: UserRow, task_id: int) -> None:
    actor = Actor(manager.id, manager.username, manager.display_name, manager.role)
    save_view(browser.ws.store, actor, "![x](https://example.com/x.png)", "{}", shared=True)
    shown = browser.open("plan", manager)
    shown.session_state["plan-layout"] = True
    shown = shown.run()

    assert [button.help for button in shown.button if button.label == "Delete"] == [
        r"Delete the view \!\[x\]\(https\::small[]//example\.com/x\.png\)"
    ]
