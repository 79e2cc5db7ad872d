"""The costs of the demo: what its story says is what comes out of budgets, shares, rates and figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orchflow.costs.budgets import BUDGETS
from orchflow.costs.entries import COST_ENTRIES
from orchflow.costs.hourly_rates import HOURLY_RATES
from orchflow.costs.occasions import BUSINESS_MEASURES, TIMELINE_EVENTS
from orchflow.costs.shares import COST_SHARES
from orchflow.costs.tables import BudgetScope, CostPart, EventKind, Every, OwnerKind
from orchflow.demo.rows import rows
from orchflow.metrics.targets import TARGETS
from orchflow.people.permissions import SYSTEM
from orchflow.store.tables import Change
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

from .conftest import NOW
from .test_plan import Filled

TRUTH: dict[str, Any] = rows("costs/truth.yaml")
SPENT = """
    select sum(cost) from usage_daily left join callers using (source, caller)
    where day > $today::date - 30 and day <= $today::date
"""


def day(number: int) -> date:
    return NOW.date() - timedelta(days=180 - number)


def spent(ws: Workspace, narrowed: str, name: str) -> Decimal:
    query = Query.of("spent", SPENT + narrowed)
    value = ws.warehouse.value(query, {"today": NOW.date(), "name": name})
    assert isinstance(value, Decimal)
    return value


def test_the_last_thirty_days_reach_of_a_budget_what_the_story_says(filled: Filled) -> None:
    ws, _ = filled
    reached = {}
    for budget in BUDGETS.list(ws.store, SYSTEM):
        if budget.scope is BudgetScope.AGENT and budget.valid_to is None:
            reached[budget.name] = spent(ws, "and agent = $name", budget.agent) / budget.amount
        elif budget.scope is BudgetScope.PROVIDER:
            reached[budget.name] = spent(ws, "and provider = $name", budget.provider) / budget.amount
    assert {name: float(share) for name, share in reached.items()} == pytest.approx(
        TRUTH["reached"], abs=0.01
    )


def test_a_budget_was_raised_without_a_gap(filled: Filled) -> None:
    ws, _ = filled
    before, after = BUDGETS.list(ws.store, SYSTEM, name="Code Review Companion")
    assert before.valid_to == after.valid_from
    assert before.amount < after.amount


def test_an_hour_costs_more_since_the_pay_round(filled: Filled) -> None:
    ws, _ = filled
    before, after = HOURLY_RATES.list(ws.store, SYSTEM, job_role="ai_engineer")
    assert [before.rate, after.rate] == TRUTH["ai_engineer_an_hour"]
    assert before.valid_to == after.valid_from
    assert before.valid_to.day == 1


def test_costs_of_every_kind_were_entered(filled: Filled) -> None:
    ws, _ = filled
    entries = COST_ENTRIES.list(ws.store, SYSTEM)
    assert {entry.every for entry in entries} == set(Every)
    assert {entry.part for entry in entries} == set(CostPart)
    assert {entry.currency for entry in entries} == {"USD", "EUR"}
    assert [entry.name for entry in entries if entry.amount < 0] == ["Credit for the outage"]
    for name in ("team_id", "project_id", "agent"):
        assert any(getattr(entry, name) for entry in entries)


def test_of_every_agent_is_known_whose_it_is_but_of_two(filled: Filled) -> None:
    ws, _ = filled
    shared: dict[str, Decimal] = {}
    today = NOW.date()
    for row in COST_SHARES.list(ws.store, SYSTEM):
        if row.valid_from <= today and (row.valid_to is None or today < row.valid_to):
            shared[row.subject] = shared.get(row.subject, Decimal(0)) + row.share
    query = Query.of("used", "select distinct agent from usage_daily join callers using (source, caller)")
    used = [agent for (agent,) in ws.warehouse.rows(query) if agent]
    missing = {agent: 100 - shared.get(agent, 0) for agent in used}
    assert {agent: share for agent, share in missing.items() if share} == TRUTH["unowned"]


def test_a_share_changed_from_a_day_on_and_an_agent_is_of_two_projects(filled: Filled) -> None:
    ws, _ = filled
    intake = COST_SHARES.list(ws.store, SYSTEM, subject="claims-intake")
    assert [row.share for row in intake if row.valid_to is None] == [60, 40]
    assert [row.valid_to for row in intake if row.valid_to] == [day(121)]
    summaries = COST_SHARES.list(ws.store, SYSTEM, subject="document-summariser")
    assert {row.owner_kind for row in summaries} == {OwnerKind.PROJECT}
    assert len({row.project_id for row in summaries}) == 2


def test_launches_prices_and_incidents_are_events(filled: Filled) -> None:
    ws, _ = filled
    events = TIMELINE_EVENTS.list(ws.store, SYSTEM)
    assert {event.kind for event in events} == {
        EventKind.LAUNCH, EventKind.PRICE_CHANGE, EventKind.INCIDENT, EventKind.TRAINING,
    }  # fmt: skip
    [cheaper] = [event for event in events if TRUTH["price_change"]["model"] in event.title]
    assert cheaper.day == day(TRUTH["price_change"]["day"])
    [loop] = [event for event in events if event.title == "Fraud Signals runs in a loop"]
    assert loop.day == day(TRUTH["incident"]["first"])
    assert max(event.day for event in events) <= NOW.date()


def test_what_became_cheaper_costs_the_part_of_it_that_the_story_says(filled: Filled) -> None:
    ws, _ = filled
    told, changed = TRUTH["price_change"], day(TRUTH["price_change"]["day"])
    query = Query.of(
        "rate",
        "select sum(cost) / sum(input_tokens + 5 * output_tokens) from usage_daily "
        "where model = $model and day >= $first::date and day < $until::date and provenance = 'reported'",
    )
    month = timedelta(days=28)
    values = [
        ws.warehouse.value(query, {"model": told["model"], "first": first, "until": first + month})
        for first in (changed - month, changed)
    ]
    assert float(values[1]) / float(values[0]) == pytest.approx(told["factor"], abs=0.001)  # type: ignore[arg-type]


def test_targets_became_harder(filled: Filled) -> None:
    ws, _ = filled
    for figure, values in {"error_rate": [0.02, 0.04], "adoption_rate": [0.8, 0.5]}.items():
        assert [float(row.value) for row in TARGETS.list(ws.store, SYSTEM, figure=figure)] == values


def test_claims_are_counted_until_last_month(filled: Filled) -> None:
    ws, _ = filled
    months = BUSINESS_MEASURES.list(ws.store, SYSTEM, name="Claims handled")
    assert [row.month.month for row in months] == [4, 5, 6, 7, 8, 9, 10]
    assert months[-1].value == TRUTH["claims_handled_in_october"]


def test_all_of_it_was_written_by_people_of_the_organisation_in_the_past(filled: Filled) -> None:
    ws, _ = filled
    kinds = (
        "cost_entry",
        "budget",
        "cost_share",
        "hourly_rate",
        "timeline_event",
        "target",
        "business_measure",
    )
    with ws.store.read() as session:
        changes = session.query(Change.actor, Change.occurred_at).filter(Change.entity.in_(kinds)).all()
    assert {actor for actor, _ in changes} <= {"admin", "manager", "dana.nakamura", "kaito.quint"}
    assert max(at for _, at in changes) <= NOW
