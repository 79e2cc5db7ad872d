"""Flows: the journey on one line, what holds each flow, beginning and handing over, and the charts of how flows were completed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.guidance.begin import begin
from orchflow.guidance.flows import FLOWS, list_flows
from orchflow.guidance.items import ITEMS, list_items, save_items
from orchflow.guidance.left_behind import left_behind
from orchflow.guidance.shipped import shipped_flow
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import UserRow, add_user, disable_user
from orchflow.planning.tables import Evidence
from orchflow.screens.journey.flows_state import VIEWS
from orchflow.screens.session import SIGNED_IN, SignedIn
from orchflow.store.edits import Edit
from orchflow.workspace import Workspace
from tests.guidance.conftest import SETUP
from tests.pages.conftest import PATIENCE, Browser, figures
from tests.pages.test_library import html


@pytest.fixture
def begun(in_process: Workspace) -> Workspace:
    """The first flow begun ten days ago, half of it ticked; the second begun today; nothing of the others."""
    store, today = in_process.store, clock.today(in_process.zone)
    first = begin(store, SYSTEM, SETUP, today - timedelta(days=10)).flow
    begin(store, SYSTEM, "flow-2-team-onboarding", today)
    items = [
        item
        for item in list_items(store, SYSTEM, flow_id=first.id)
        if item.evidence in (Evidence.NONE, Evidence.TEXT)
    ]
    edits = [Edit(item.id, item.version, {"state": "ticked", "evidence_text": "seen"}) for item in items]
    assert save_items(store, SYSTEM, edits).problems == []
    return in_process


def press(shown: AppTest, label: str) -> AppTest:
    return next(button for button in shown.button if button.label == label).click().run()


def test_before_anything_is_begun_it_says_what_the_flows_are(browser: Browser) -> None:
    shown = browser.open("flows", browser.person(Role.MANAGER))

    told = html(shown)
    assert told.count('class="stretch"') == 6
    assert "Takes the organisation from an empty server" in told
    assert "days 1–7" in told
    assert [button.label for button in shown.button] == ["New flow", "Begin a flow"]
    assert not shown.get("plotly_chart")


def test_a_viewer_reads_and_begins_nothing(browser: Browser, begun: Workspace) -> None:
    shown = browser.open("flows", browser.person(Role.VIEWER))

    assert "Begin a flow" not in [button.label for button in shown.button]
    assert figures(shown)["Steps complete"] == "0"
    assert len(shown.get("plotly_chart")) == 2


def begin_one() -> None:
    from orchflow.insights.flows import journey_report
    from orchflow.metrics.plan_scope import PlanScope
    from orchflow.screens import session
    from orchflow.screens.figure_facts import plan_facts
    from orchflow.screens.journey.flows_acts import begin_dialog

    actor = session.require()
    begin_dialog(actor, journey_report(plan_facts(actor, PlanScope())))


def hand_over() -> None:
    from orchflow.guidance.left_behind import left_behind
    from orchflow.screens import session
    from orchflow.screens.journey.flows_acts import hand_over_dialog

    actor = session.require()
    if left := left_behind(session.workspace().store, actor):
        hand_over_dialog(actor, left)


def dialog(of: Callable[[], None], user: UserRow) -> AppTest:
    shown = AppTest.from_function(of, default_timeout=PATIENCE)
    shown.session_state[SIGNED_IN] = SignedIn(user.username, clock.now())
    return shown.run()


def test_a_flow_is_begun_with_its_day_and_owner(browser: Browser) -> None:
    manager = browser.person(Role.MANAGER)
    shown = dialog(begin_one, manager)
    items = sum(len(step.checklist) for step in shipped_flow(SETUP).steps)
    assert f"4 steps with {items} items" in " ".join(text.value for text in shown.caption)
    next(box for box in shown.selectbox if box.label == "Owner").set_value(manager.id)
    press(shown, "Begin Initial setup and infrastructure")

    (flow,) = list_flows(browser.ws.store, SYSTEM)
    assert (flow.key, flow.owner_id, flow.start_day) == (SETUP, manager.id, browser.ws.start_date)


def test_what_somebody_else_began_first_is_said(browser: Browser) -> None:
    shown = dialog(begin_one, browser.person(Role.MANAGER))
    begin(browser.ws.store, SYSTEM, SETUP, date(2026, 11, 2))
    press(shown, "Begin Initial setup and infrastructure")

    (flow,) = list_flows(browser.ws.store, SYSTEM)
    assert flow.start_day == date(2026, 11, 2)


def test_what_holds_each_flow_is_told(browser: Browser, begun: Workspace) -> None:
    told = html(browser.open("flows", browser.person(Role.MANAGER)))

    assert "behind" in told
    assert "overdue since" in told
    assert "level 0 of 3" in told
    assert "was to begin" in told  # the third, whose window has begun


def test_what_was_left_behind_is_handed_over(browser: Browser, begun: Workspace) -> None:
    store, manager = begun.store, browser.person(Role.MANAGER)
    gone, _ = add_user(store, SYSTEM, username="gone", display_name="Gus Gone", role=Role.MEMBER)
    item = next(item for item in list_items(store, SYSTEM) if item.state == "open")
    ITEMS.update(store, SYSTEM, item.id, item.version, {"assignee_id": gone.id})
    disable_user(store, SYSTEM, gone.id)

    shown = browser.open("flows", manager)
    assert "Gus Gone (1 item)" in " ".join(text.value for text in shown.markdown).replace("\\", "")
    assert "Hand over" in [button.label for button in shown.button]
    shown = dialog(hand_over, manager)
    next(box for box in shown.selectbox if box.label == "To").set_value(manager.id).run()
    press(shown, "Hand over")

    assert left_behind(store, SYSTEM) == []


@pytest.mark.parametrize("view", VIEWS)
def test_each_section_draws_its_charts(browser: Browser, begun: Workspace, view: str) -> None:
    admin = browser.person(Role.ADMIN)
    for query in ({}, {"flows.flow": "1 Initial setup and infrastructure"}):
        shown = browser.open("flows", admin, **{"flows.view": VIEWS[view]}, **query)
        assert not shown.exception
        assert len(shown.get("plotly_chart")) == {"progress": 2, "steps": 1, "roles": 1, "guidance": 1}[view]
        assert not [error.value for error in shown.error]


def test_a_flow_without_items_and_one_far_in_the_future_are_drawn(
    browser: Browser, in_process: Workspace
) -> None:
    today = clock.today(in_process.zone)
    FLOWS.create(in_process.store, SYSTEM, name="Later <b>", start_day=today + timedelta(days=4000))
    viewer: UserRow = browser.person(Role.VIEWER)
    for view in VIEWS.values():
        shown = browser.open("flows", viewer, **{"flows.view": view})
        assert not shown.exception
        assert "nothing required yet" in html(shown)
        assert not [error.value for error in shown.error]
