"""The Risk screen: what it says while nothing is there, what it shows of a register, and who keeps it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchflow import clock
from orchflow.people.permissions import SYSTEM, Role
from orchflow.risks.incidents import INCIDENTS
from orchflow.risks.reviews import RISK_REVIEWS
from orchflow.risks.risks import RISKS
from tests.pages.conftest import Browser

RISK = {"title": "Wrong payout", "category": "reliability", "likelihood": 4, "impact": 5}


def said(shown: object) -> str:
    return " ".join(line.value for line in shown.markdown)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("role", "todo"), [(Role.MANAGER, "Add the first one"), (Role.VIEWER, "A manager keeps")]
)
def test_an_empty_register_says_what_to_do(browser: Browser, role: Role, todo: str) -> None:
    shown = browser.visit("risk", browser.person(role))
    assert not shown.exception
    assert todo in said(shown)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.VIEWER])
def test_a_register_is_shown_with_its_signals_and_what_is_late(browser: Browser, role: Role) -> None:
    store, today = browser.ws.store, clock.today(browser.ws.zone)
    late = today - timedelta(days=3)
    risk = RISKS.create(
        store, SYSTEM, **RISK, next_review=late, signal="overdue_review", description="Nobody reads it."
    )
    RISKS.create(store, SYSTEM, **RISK | {"title": "Leak"}, signal="pii_detected")
    RISK_REVIEWS.create(store, SYSTEM, risk_id=risk.id, day=today - timedelta(days=9), next_review=late)
    INCIDENTS.create(store, SYSTEM, title="Outage", day=late, cost=12, currency="EUR")
    shown = browser.open("risk", browser.person(role), risk=str(risk.id))
    assert not shown.exception
    frames = [frame.value for frame in shown.dataframe]
    told = " ".join(map(str, (frame.to_string() for frame in frames)))
    assert "Its review is 3 days overdue" in told
    assert "Not recorded" in told
    (incidents,) = [frame for frame in frames if "severity" in frame]
    assert list(incidents["currency"]) == ["EUR"]  # beside its cost
    assert "Nobody reads it" in said(shown)


VIEWS = {
    "Register": ("risks", RISK),
    "Incidents": ("incidents", {"title": "Outage", "day": "2026-05-04"}),
}


@pytest.mark.parametrize("view", VIEWS)
def test_a_row_that_is_written_is_stored_and_taken_back(browser: Browser, view: str) -> None:
    key, row = VIEWS[view]
    shown = browser.open("risk", browser.person(Role.MANAGER), **{"risk.view": view})
    assert not shown.exception
    shown.session_state[f"{key}-sheet"].stage.add(row)
    shown.run()
    next(button for button in shown.button if button.label.startswith("Save ")).click().run()
    assert not shown.exception
    assert len(RISKS.list(browser.ws.store, SYSTEM)) + len(INCIDENTS.list(browser.ws.store, SYSTEM)) == 1
    shown.button(key=f"{key}-undo").click().run()
    assert not shown.exception
    assert RISKS.list(browser.ws.store, SYSTEM) == INCIDENTS.list(browser.ws.store, SYSTEM) == []


def test_what_cannot_be_says_why_at_its_row(browser: Browser) -> None:
    shown = browser.open("risk", browser.person(Role.MANAGER), **{"risk.view": "Register"})
    shown.session_state["risks-sheet"].stage.add(RISK | {"residual_likelihood": 5, "residual_impact": 5})
    shown.run()
    next(button for button in shown.button if button.label.startswith("Save ")).click().run()
    assert "above the likelihood before controls" in said(shown)
    assert RISKS.list(browser.ws.store, SYSTEM) == []


def test_a_review_is_added_for_a_risk(browser: Browser) -> None:
    store = browser.ws.store
    risk = RISKS.create(store, SYSTEM, **RISK)
    shown = browser.open("risk", browser.person(Role.MANAGER), **{"risk.view": "Reviews"})
    shown.session_state["risk-reviews-sheet"].stage.add({"risk_id": risk.id, "day": "2026-05-04"})
    shown.run()
    next(button for button in shown.button if button.label.startswith("Save ")).click().run()
    assert not shown.exception
    assert [review.likelihood for review in RISK_REVIEWS.list(store, SYSTEM)] == [4]
