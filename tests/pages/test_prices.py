"""The screen of prices: who may change them, what is shipped, and usage that is priced and as it was again."""

from __future__ import annotations

import pytest

from orchflow.costs.price_engine import prices_in_force
from orchflow.costs.price_runs import price_runs
from orchflow.costs.prices import PRICES
from orchflow.people.permissions import SYSTEM, Role
from orchflow.warehouse.load import load_batch
from tests.costs.test_pricing import ACME, call
from tests.pages.conftest import Browser
from tests.pages.insight_facts import open_screen
from tests.warehouse.conftest import NOW, table


def fill(browser: Browser) -> None:
    """A price, and two calls of which one has it."""
    PRICES.create(
        browser.ws.store, SYSTEM, **ACME, kind="input", price=3, currency="USD", valid_from="2026-07-01"
    )
    with browser.ws.warehouse.write() as tx:
        load_batch(tx, "usage", "platform", table([call("a"), call("b", model="nobody")]), now=NOW)


@pytest.mark.parametrize(("role", "may"), [(Role.VIEWER, False), (Role.ANALYST, False), (Role.MANAGER, True)])
def test_everybody_sees_prices_and_managers_change_them_and_price_usage(
    browser: Browser, role: Role, may: bool
) -> None:
    fill(browser)
    shown = open_screen(browser, "prices", role)
    assert not shown.exception
    assert len(shown.get("dataframe")) == 1
    assert any(popover.proto.popover.label == "Import" for popover in shown.get("popover")) is may
    assert "History" in [button.label for button in shown.button]
    views = shown.segmented_control(key="prices.view").options if shown.get("button_group") else []
    assert ("Price usage" in str(views)) is may
    shown.session_state["prices.view"] = "shipped"
    shown.session_state["prices.find"] = "claude haiku"
    shown.run()
    assert not shown.exception
    assert any(button.label == "Use as own price" for button in shown.button) is may


def test_days_of_use_without_a_price_are_told_above_the_book(browser: Browser) -> None:
    PRICES.create(
        browser.ws.store, SYSTEM, **ACME, kind="input", price=3, currency="USD", valid_from="2026-07-01", valid_to="2026-07-20",
    )  # fmt: skip
    with browser.ws.warehouse.write() as tx:
        load_batch(tx, "usage", "platform", table([call("a", "2026-07-19T23:59:59Z"), call("b")]), now=NOW)
    prices_in_force(browser.ws)
    (told,) = open_screen(browser, "prices", Role.VIEWER).warning
    assert "acme wise-1: no price holds on 1 day with 1 call" in told.value.replace("\\", "")


def test_usage_is_looked_at_priced_and_taken_back(browser: Browser) -> None:
    fill(browser)
    shown = open_screen(browser, "prices", Role.MANAGER)
    shown.session_state["prices.view"] = "usage"
    shown.run()
    press(shown, "See what changes")
    assert [price_runs(browser.ws, SYSTEM)] == [[]]
    shown.session_state["prices.trial"].errand.result()
    shown.run()
    assert any("**1 call** cost" in line.value for line in shown.markdown)
    assert any("nobody" in line.value and "No price is known" in line.value for line in shown.warning)
    press(shown, "Price 1 call")
    if "prices.pricing" in shown.session_state:
        shown.session_state["prices.pricing"].errand.result()
    shown.run()
    assert not shown.exception
    assert [(run.rows, run.state) for run in price_runs(browser.ws, SYSTEM)] == [(1, "done")]


def press(shown: object, label: str) -> None:
    """Press the button with this label."""
    next(button for button in shown.button if button.label == label).click().run()  # type: ignore[attr-defined]
