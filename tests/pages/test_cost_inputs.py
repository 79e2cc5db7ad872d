"""The screen of costs that people keep: its grids, who sees and changes them, and what is told beside them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchflow import clock
from orchflow.costs.budgets import BUDGETS
from orchflow.costs.entries import COST_ENTRIES
from orchflow.costs.hourly_rates import HOURLY_RATES
from orchflow.people.permissions import SYSTEM, Role
from orchflow.screens.data.cost_inputs_state import VIEWS
from tests.pages.conftest import Browser

ROWS = {
    "cost_entry": ("entries", {"name": "Seats", "amount": 120, "starts": "2026-11-01"}),
    "budget": ("budgets", {"name": "All", "amount": 500, "valid_from": "2026-11-01"}),
    "hourly_rate": ("hourly-rates", {"rate": 80, "valid_from": "2026-11-01"}),
    "cost_share": (
        "shares",
        {"subject": "writer", "owner_kind": "Agent", "agent": "reader", "share": 50, "valid_from": "2026-11-01"},
    ),
    "timeline_event": ("events", {"day": "2026-11-01", "title": "Launch"}),
    "target": ("targets", {"figure": "Error rate", "value": 0.02, "valid_from": "2026-11-01"}),
    "business_measure": ("measures", {"name": "Claims", "month": "2026-11-01", "value": 12}),
}  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_a_row_that_is_written_is_stored_and_taken_back(browser: Browser, view: str) -> None:
    key, row = ROWS[view]
    shown = browser.open("cost_inputs", browser.person(Role.MANAGER), **{"cost_inputs.view": VIEWS[view]})
    assert not shown.exception
    shown.session_state[f"{key}-sheet"].stage.add(row)
    shown.run()
    next(button for button in shown.button if button.label.startswith("Save ")).click().run()
    assert not shown.exception
    assert len(shown.session_state[f"{key}-sheet"].shown) == 1 + sum(
        line.key.startswith("new-") for line in shown.session_state[f"{key}-sheet"].shown
    )
    shown.button(key=f"{key}-undo").click().run()
    assert not shown.exception
    assert all(line.key.startswith("new-") for line in shown.session_state[f"{key}-sheet"].shown)


def test_what_cannot_be_stored_says_why_at_its_row(browser: Browser) -> None:
    BUDGETS.create(browser.ws.store, SYSTEM, name="All", amount=500, currency="USD", valid_from="2026-11-01")
    shown = browser.open("cost_inputs", browser.person(Role.MANAGER), **{"cost_inputs.view": "Budgets"})
    stage = shown.session_state["budgets-sheet"].stage
    stage.add({"name": "All", "amount": 0, "valid_from": "2026-12-01"})
    stage.add({"name": "all of it", "amount": "12..5", "valid_from": "2026-12-01"})
    shown.run()
    next(button for button in shown.button if button.label.startswith("Save ")).click().run()
    said = " ".join(line.value for line in shown.markdown)
    assert "end the budget" in said
    assert "is not a number" in said
    assert len(BUDGETS.list(browser.ws.store, SYSTEM)) == 1


def test_holes_hours_without_a_rate_and_what_entries_come_to_are_told(browser: Browser) -> None:
    store, today = browser.ws.store, clock.today(browser.ws.zone)
    for start, end in ((400, 300), (200, None)):
        HOURLY_RATES.create(
            store, SYSTEM, rate=80, currency="USD", valid_from=today - timedelta(start),
            valid_to=None if end is None else today - timedelta(end),
        )  # fmt: skip
    for every, amount, currency in (
        ("month", 100, "USD"),
        ("year", 1200, "USD"),
        ("month", 10, "JPY"),
        ("once", 9, "USD"),
    ):
        COST_ENTRIES.create(
            store, SYSTEM, name=every, every=every, amount=amount, currency=currency, starts=today - timedelta(40)
        )  # fmt: skip
    shown = browser.open("cost_inputs", browser.person(Role.MANAGER), **{"cost_inputs.view": "Hourly rates"})
    (told,) = (warning.value for warning in shown.warning)
    assert "everybody else from" in told
    assert "nothing holds from" in told
    shown = browser.open("cost_inputs", browser.person(Role.VIEWER))
    assert any(
        "come to ¥10 + $200.00 a month" in caption.value.replace("\\", "") for caption in shown.caption
    )
    assert "Hourly rates" not in [
        str(option) for control in shown.get("button_group") for option in control.options
    ]
    assert [button.label for button in shown.button] == ["History"]
