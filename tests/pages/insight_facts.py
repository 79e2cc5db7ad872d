"""Two months of facts for the insight screens, around today."""

from __future__ import annotations

from datetime import timedelta

from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.people.permissions import Role
from orchflow.subscribers import dispatcher
from orchflow.workspace import Workspace
from tests.metrics.facts import SmallFacts
from tests.pages.conftest import Browser


def load_two_months(ws: Workspace) -> SmallFacts:
    """Today and the same days of the month before: cost of two agents and of nobody; one agent failing."""
    facts = SmallFacts(ws.warehouse)
    today = clock.today(ws.zone) - timedelta(days=1)
    before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    facts.agents(claims="active", writer="active", old="archived")
    facts.users(u1="acme", u2="acme")
    facts.calls(
        facts.call(before, "4"),
        facts.call(before, "1", caller="writer", provider="openai", model="gpt"),
        facts.call(today, "10"),
        facts.call(today, "3", caller="writer", provider="openai", model="gpt"),
        facts.call(today, "2", caller="direct_call"),
        facts.call(today, None),
    )
    facts.runs(
        facts.run("claims", before),
        facts.run("claims", today),
        *(facts.run("writer", today, "failed", error="rate limit") for _ in range(3)),
    )
    return facts


def open_screen(browser: Browser, name: str, role: Role, **query: str) -> AppTest:
    """The screen of that name within the app, whose links to other screens work only there, with all that was stored so far."""
    dispatcher(browser.ws).deliver()
    return browser.visit(name, browser.person(role), **query)
