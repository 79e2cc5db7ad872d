"""The Alerts screen: three rules to begin with, answering an alert, one rule with its log, and the form."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.alerts.evaluate import evaluate_rules
from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import list_alerts
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.tables import User
from orchflow.people.users import UserRow
from tests.pages.conftest import PATIENCE, Browser, headings


def html(shown: AppTest) -> str:
    """What the components of the page were told to show."""
    assert not shown.exception
    told = [json.loads(element.proto.json or "{}") for element in shown.get("bidi_component")]
    return unescape("".join(str(data.get("html", "")) for data in told))


def button(shown: AppTest, label: str) -> Any:
    return next(each for each in shown.button if each.label == label)


@pytest.fixture
def manager(browser: Browser) -> UserRow:
    return browser.person(Role.MANAGER)


def fire(browser: Browser, user: UserRow) -> int:
    """A rule of theirs that has fired."""
    actor = Actor(user.id, user.username, user.display_name, user.role)
    rule = ALERT_RULES.create(
        browser.ws.store, actor, name="Rows set aside", figure="open_rejects", side="below", limit=1, note="Ask the source"
    )  # fmt: skip
    evaluate_rules(browser.ws)
    return rule.id


def test_without_rules_three_are_offered_and_one_press_adds_one(browser: Browser, manager: UserRow) -> None:
    shown = browser.open("alerts", manager)
    assert "There are no rules yet" in " ".join(each.value for each in shown.markdown)
    assert len([each for each in shown.button if each.label == "Add this rule"]) == 3
    button(shown, "Add this rule").click().run()
    [standing] = list_alerts(browser.ws.store, SYSTEM)
    assert (standing.rule.owner_id, standing.state) == (manager.id, "no_data")
    assert "Cost this month over the last" in html(shown)


def test_an_alert_is_answered_where_it_stands(browser: Browser, manager: UserRow) -> None:
    fire(browser, manager)
    shown = browser.open("alerts", manager)
    assert "Rows set aside, now: 0, below the limit of 1." in html(shown)
    assert "What to do: Ask the source" in html(shown)
    button(shown, "Acknowledge").click().run()
    assert "must not be empty" in " ".join(each.value for each in shown.error)
    shown.text_input[0].input("Nothing is loaded yet").run()
    button(shown, "Acknowledge").click().run()
    button(shown, "Expected").click().run()
    assert not shown.exception
    [standing] = list_alerts(browser.ws.store, SYSTEM)
    assert (standing.state, standing.reason, standing.feedback) == (
        "acknowledged",
        "Nothing is loaded yet",
        "expected",
    )
    assert "Manager One: Nothing is loaded yet" in html(shown)
    assert not [each for each in shown.button if each.label in ("Acknowledge", "Expected")]


def test_a_rule_has_its_page_with_its_log_and_can_be_paused(browser: Browser, manager: UserRow) -> None:
    rule = fire(browser, manager)
    shown = browser.visit("alerts", manager, rule=str(rule))
    assert headings(shown)[0] == "Rows set aside"
    frame = shown.dataframe[0].value
    assert frame["state"].iloc[-1] == "Armed → fired"
    button(shown, "Pause").click().run()
    assert list_alerts(browser.ws.store, SYSTEM)[0].state == "paused"
    assert button(shown, "Resume")


def test_who_may_not_see_small_groups_is_told_that_something_is_withheld(
    browser: Browser, manager: UserRow
) -> None:
    actor = Actor(manager.id, manager.username, manager.display_name, manager.role)
    ALERT_RULES.create(browser.ws.store, actor, name="Seats", figure="seats", side="below", limit=1)
    evaluate_rules(browser.ws)
    shown = browser.open("alerts", browser.person(Role.VIEWER))
    assert "Groups under 5 people are not shown to you" in html(shown)
    assert not shown.button


def test_a_figure_tells_its_rules_and_begins_one(browser: Browser, manager: UserRow) -> None:
    fire(browser, manager)
    shown = browser.visit("figure", manager, figure="open_rejects")
    assert "Rows set aside, now: 0, below the limit of 1" in html(shown)
    button(shown, "New rule").click().run()
    assert next(each for each in shown.selectbox if each.label == "Figure").value == "open_rejects"
    assert button(browser.visit("figure", manager, figure="cost"), "New rule")


def test_all_rules_stand_in_a_grid_for_whoever_keeps_them(browser: Browser, manager: UserRow) -> None:
    fire(browser, manager)
    shown = browser.visit("alerts", manager, **{"alerts.view": "All rules"})
    assert not shown.exception
    assert not shown.error
    assert [each.label for each in shown.button if each.label in ("Save", "History", "Import")]
    assert not browser.visit("alerts", browser.person(Role.VIEWER), **{"alerts.view": "All rules"}).error


def test_a_rule_that_is_not_there_leads_back(browser: Browser, manager: UserRow) -> None:
    shown = browser.visit("alerts", manager, rule="99")
    assert "There is no such rule" in " ".join(each.value for each in shown.markdown)


def test_the_form_asks_by_kind_and_figure_previews_and_stores(browser: Browser, manager: UserRow) -> None:
    def script() -> None:
        from orchflow.screens.insights import alert_form
        from orchflow.screens.session import require

        alert_form.form(require(None), None)

    from orchflow import clock
    from orchflow.screens.session import SIGNED_IN, SignedIn

    shown = AppTest.from_function(script, default_timeout=PATIENCE)
    shown.session_state[SIGNED_IN] = SignedIn(manager.username, clock.now())
    shown.run()
    assert not shown.exception
    assert {each.label for each in shown.selectbox} >= {"Kind", "Figure", "Of", "Over", "Fires", "Owner"}
    button(shown, "What would it have done?").click().run()
    assert "Limit" in " ".join(each.value for each in shown.error)
    shown.text_input[0].input("Runs")
    next(each for each in shown.number_input if each.label.startswith("Limit")).set_value(5)
    next(each for each in shown.selectbox if each.label == "Figure").select("runs").run()
    button(shown, "What would it have done?").click().run()
    assert "Nothing is known of the last 90 days yet" in shown.info[0].value
    button(shown, "Add it").click().run()
    [row] = ALERT_RULES.list(browser.ws.store, SYSTEM)
    assert (row.name, row.figure, row.limit, row.owner_id) == ("Runs", "runs", 5, manager.id)


def test_an_alert_without_data_is_answered_on_the_page_of_its_rule(
    browser: Browser, manager: UserRow
) -> None:
    rule = fire(browser, manager)
    with browser.ws.store.unit(SYSTEM) as session:
        session.get_one(User, manager.id).active = False
    evaluate_rules(browser.ws)
    shown = browser.visit("alerts", browser.person(Role.ADMIN), rule=str(rule))
    assert "The account of Manager One is disabled" in html(shown)
    next(each for each in shown.text_input if each.label == "Reason").input("They have left").run()
    button(shown, "Acknowledge").click().run()
    [standing] = list_alerts(browser.ws.store, SYSTEM)
    assert (standing.state, standing.held, standing.reason) == ("no_data", "acknowledged", "They have left")


def test_a_rule_goes_over_to_a_figure_that_has_no_days(browser: Browser, manager: UserRow) -> None:
    def script() -> None:
        from orchflow.alerts.rules import ALERT_RULES
        from orchflow.screens.insights import alert_form
        from orchflow.screens.session import require, workspace

        actor = require(None)
        alert_form.form(actor, ALERT_RULES.list(workspace().store, actor)[0])

    from orchflow import clock
    from orchflow.screens.session import SIGNED_IN, SignedIn

    actor = Actor(manager.id, manager.username, manager.display_name, manager.role)
    ALERT_RULES.create(browser.ws.store, actor, name="Cost", figure="cost", window="7_days", limit=5)
    shown = AppTest.from_function(script, default_timeout=PATIENCE)
    shown.session_state[SIGNED_IN] = SignedIn(manager.username, clock.now())
    shown.run()
    next(each for each in shown.selectbox if each.label == "Figure").select("open_rejects").run()
    button(shown, "Store").click().run()
    assert not shown.error
    [row] = ALERT_RULES.list(browser.ws.store, SYSTEM)
    assert (row.figure, row.window) == ("open_rejects", "own")
