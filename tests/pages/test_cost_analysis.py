"""The panels of the Cost screen: why it moved, the month's end, what is out of the ordinary, what if."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.costs.anomaly_opinions import ANOMALY_OPINIONS
from orchflow.costs.chart_notes import CHART_NOTES
from orchflow.costs.price_engine import prices_in_force
from orchflow.costs.prices import PRICES
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.small_groups import WITHHELD
from orchflow.people.users import list_users
from tests.metrics.facts import SmallFacts
from tests.pages.conftest import Browser
from tests.pages.conftest import headings as escaped

WHY, AHEAD, ANOMALIES, WHAT_IF = "Why it moved", "Month's end", "Out of the ordinary", "What if"


@pytest.fixture
def seventy_days(browser: Browser) -> Browser:
    """Ten a day of one model; eighty more of another one a week ago. The first has a price."""
    facts, today = SmallFacts(browser.ws.warehouse), clock.today(browser.ws.zone)
    facts.agents(claims="active")
    tokens = {"input_tokens": 1_000_000, "output_tokens": 0, "provider": "own", "model": "house"}
    facts.calls(
        *(facts.call(today - timedelta(days=day), "10", **tokens) for day in range(70, 0, -1)),
        facts.call(today - timedelta(days=7), "80", provider="own", model="other"),
    )
    for kind in ("input", "output"):
        PRICES.create(
            browser.ws.store, SYSTEM, provider="own", model="house", kind=kind, price="10", per=1_000_000, currency="USD", valid_from="2020-01-01"
        )  # fmt: skip
    prices_in_force(browser.ws)
    return browser


def panel(browser: Browser, view: str, role: Role = Role.MANAGER, **query: str) -> AppTest:
    known = {user.username: user for user in list_users(browser.ws.store, SYSTEM)}
    asked = {"cost_analysis.view": view, "period": "30 days", **query}
    shown = browser.visit("cost", known.get(f"{role}-one") or browser.person(role), **asked)
    assert not shown.exception
    return shown


def captions(shown: AppTest) -> str:
    said = " ".join([*(each.value for each in shown.caption), *(each.value for each in shown.markdown)])
    return said.replace("\\", "")


def headings(shown: AppTest) -> list[str]:
    return [heading.replace("\\", "") for heading in escaped(shown)]


def test_why_it_moved(seventy_days: Browser) -> None:
    shown = panel(seventy_days, WHY)
    assert headings(shown)[-2:] == ["Why the cost rose by $80.00", "What moved it, by provider"]


def test_the_month_to_its_end(seventy_days: Browser) -> None:
    shown = panel(seventy_days, AHEAD)
    month = f"{clock.today(seventy_days.ws.zone):%B}"
    assert headings(shown)[-1].startswith(f"{month} is likely to cost $")
    assert "In 80 of 100 months between" in captions(shown)


def test_what_is_out_of_the_ordinary_is_said_something_of(seventy_days: Browser) -> None:
    shown = panel(seventy_days, ANOMALIES)
    assert headings(shown)[-2:] == ["Out of the ordinary", "Claims: cost a day within what is ordinary"]
    assert "1 open of 1" in captions(shown), "of the agent, its provider, organisation and all"
    shown.session_state["anomaly-say"] = True
    shown = shown.run()
    next(field for field in shown.text_input if field.label == "Why").set_value("A trial")
    shown = shown.run()
    shown = next(button for button in shown.button if button.label == "Keep it").click().run()
    assert not shown.exception
    said = ANOMALY_OPINIONS.list(seventy_days.ws.store, SYSTEM)
    assert {each.scope.value for each in said} == {"agent", "provider", "organization", "workspace"}
    assert {(each.verdict.value, each.note) for each in said} == {("expected", "A trial")}
    assert "0 open of 1" in captions(panel(seventy_days, ANOMALIES))


def test_what_if_is_worked_out_and_saved_as_a_note(seventy_days: Browser) -> None:
    shown = panel(seventy_days, WHAT_IF)
    assert "Change something above" in captions(shown)
    shown = next(field for field in shown.number_input if field.label == "Volume, %").set_value(20).run()
    assert not shown.exception
    assert headings(shown)[-1].endswith("more a month (20 %)")
    assert "Volume of all models: +20 %" in captions(shown)
    assert CHART_NOTES.list(seventy_days.ws.store, SYSTEM) == [], "nothing is stored unless it is asked for"
    shown = next(button for button in shown.button if button.label == "Save it as a note").click().run()
    (noted,) = CHART_NOTES.list(seventy_days.ws.store, SYSTEM)
    assert noted.text.startswith("What if: $")
    assert noted.chart == "cost/cost-bars"


@pytest.mark.parametrize("view", [AHEAD, ANOMALIES, WHAT_IF])
def test_what_one_person_did_is_told_to_nobody_who_may_not_see_it(seventy_days: Browser, view: str) -> None:
    shown = panel(seventy_days, view, Role.VIEWER)
    assert WITHHELD in captions(shown)


def test_with_little_data_each_panel_says_what_it_lacks(browser: Browser) -> None:
    SmallFacts(browser.ws.warehouse).calls(
        SmallFacts(browser.ws.warehouse).call(clock.today(browser.ws.zone) - timedelta(days=1))
    )
    for view, said in (
        (WHY, "Nothing to compare with"),
        (AHEAD, "No forecast yet"),
        (ANOMALIES, "No day can be judged yet"),
        (WHAT_IF, "Nothing to start from"),
    ):
        assert said in captions(panel(browser, view))
