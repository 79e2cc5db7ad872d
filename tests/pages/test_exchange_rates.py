"""The screen of exchange rates: who may change them, and what lacks one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orchflow import clock
from orchflow.costs.exchange_rates import EXCHANGE_RATES
from orchflow.people.permissions import SYSTEM, Role
from tests.pages.conftest import Browser
from tests.pages.insight_facts import load_two_months, open_screen


@pytest.mark.parametrize(("role", "may"), [(Role.VIEWER, False), (Role.ANALYST, False), (Role.MANAGER, True)])
def test_everybody_sees_the_rates_and_managers_change_them(browser: Browser, role: Role, may: bool) -> None:
    EXCHANGE_RATES.create(
        browser.ws.store, SYSTEM, currency="EUR", into_currency="USD", valid_from="2026-11-01", rate="1.1"
    )
    shown = open_screen(browser, "exchange_rates", role)
    assert not shown.exception
    assert len(shown.get("dataframe")) == 1
    assert any(popover.proto.popover.label == "Import" for popover in shown.get("popover")) is may


def test_what_lacks_a_rate_is_said(browser: Browser) -> None:
    facts = load_two_months(browser.ws)
    facts.calls(facts.call(_yesterday(browser), "5", currency="CHF"))
    shown = open_screen(browser, "exchange_rates", Role.VIEWER)
    assert [warning.value.replace("\\", "") for warning in shown.warning] == [
        "Not converted: 5.00 CHF, 1 row; add a rate"
    ]


def _yesterday(browser: Browser) -> date:
    return clock.today(browser.ws.zone) - timedelta(days=1)
