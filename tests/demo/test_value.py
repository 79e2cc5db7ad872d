"""What the demo's agents bring: what its story says is what comes out of figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orchflow.demo.rows import rows
from orchflow.metrics.filters import Filters
from orchflow.metrics.read import figure, figures
from orchflow.people.permissions import SYSTEM
from orchflow.value.portfolio import never_built, stalled, standings
from orchflow.value.use_cases import USE_CASES
from orchflow.warehouse.sql import Query
from tests.metrics.facts import asked

from .conftest import NOW
from .test_plan import Filled

TRUTH: dict[str, Any] = rows("value/truth.yaml")
COMPLETED = Query.of(
    "completed",
    "select sum(completed) from runs_daily where agent = $agent and day between $start and $end",
)
OCTOBER = Filters(date(2026, 10, 1), date(2026, 10, 31))


def test_cost_avoided_of_a_month_is_what_was_verified(filled: Filled) -> None:
    ws, _ = filled
    assert figure(asked(ws, OCTOBER, now=NOW), "avoided_value").value == TRUTH["avoided_in_october"]


def test_saved_time_is_runs_by_minutes_rate_and_recapture(filled: Filled) -> None:
    ws, _ = filled
    worth = Decimal(0)
    for agent, minutes in TRUTH["minutes"].items():
        [[completed]] = ws.warehouse.rows(
            COMPLETED,
            {"agent": agent, "start": OCTOBER.start, "end": OCTOBER.end},
        )
        worth += completed * Decimal(minutes) / 60 * TRUTH["loaded_rate"] * TRUTH["recapture"] / 100
    told = figures(
        asked(ws, OCTOBER, now=NOW),
        ("capacity_value", "agent_value", "value_low", "value_high"),
        trends=False,
    )
    capacity, value, low, high = (each.value for each in told)
    assert float(capacity or 0) == pytest.approx(float(worth), abs=0.01)
    assert float(value or 0) == pytest.approx(float(worth) + TRUTH["avoided_in_october"], abs=0.01)
    assert float(low or 0) < float(value or 0) < float(high or 0)


def test_use_cases_stand_where_their_owners_put_them(filled: Filled) -> None:
    ws, _ = filled
    keys = {"use_cases_production": "in_production", "use_cases_open": "under_way"}
    told = figures(asked(ws, OCTOBER, now=NOW), list(keys), trends=False)
    assert {keys[each.key]: each.value for each in told} == {name: TRUTH[name] for name in keys.values()}
    stood = standings(ws.store, SYSTEM, NOW, ws.zone)
    assert [each.case.title for each in stalled(stood)] == TRUTH["stalled"]
    assert sorted(each.case.title for each in never_built(stood)) == TRUTH["never_built"]


def test_the_agents_of_use_cases_are_those_that_there_are(filled: Filled) -> None:
    ws, _ = filled
    agents = {agent for [agent] in ws.warehouse.rows(Query.of("slugs", "select slug from agents"))}
    assert {case.agent for case in USE_CASES.list(ws.store, SYSTEM) if case.agent} <= agents
