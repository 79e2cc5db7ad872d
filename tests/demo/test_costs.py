"""The costs of the demo: what its story says is what comes out of budgets, shares, rates and figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orchflow.alerts.log import alert_log
from orchflow.alerts.standings import list_alerts
from orchflow.alerts.tables import Feedback
from orchflow.costs.budgets import BUDGETS
from orchflow.costs.chart_notes import CHART_NOTES
from orchflow.costs.entries import COST_ENTRIES
from orchflow.costs.hourly_rates import HOURLY_RATES
from orchflow.costs.occasions import BUSINESS_MEASURES, TIMELINE_EVENTS
from orchflow.costs.repricing import price_usage
from orchflow.costs.shares import COST_SHARES
from orchflow.costs.tables import CostPart, EventKind, Every, OwnerKind
from orchflow.demo.rows import rows
from orchflow.insights.cost_effects import cost_effects
from orchflow.metrics.budget_standings import budget_standings
from orchflow.metrics.filters import Filters
from orchflow.metrics.read import figures, lines
from orchflow.metrics.spending.anomalies import anomalies
from orchflow.metrics.targets import TARGETS
from orchflow.people.permissions import SYSTEM
from orchflow.store.tables import Change
from orchflow.warehouse.sql import Query
from tests.metrics.facts import asked

from .conftest import NOW
from .test_plan import Filled

TRUTH: dict[str, Any] = rows("costs/truth.yaml")


def day(number: int) -> date:
    return NOW.date() - timedelta(days=180 - number)


def test_budgets_stand_where_the_story_says(filled: Filled) -> None:
    ws, _ = filled
    shares = {each.budget.name: each.share for each in budget_standings(ws, SYSTEM, NOW.date())}
    assert {name: shares[name] for name in TRUTH["reached"]} == pytest.approx(TRUTH["reached"], abs=0.01)
    assert len(shares) == 4


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


def test_the_bills_of_the_cloud_add_up_by_month(filled: Filled) -> None:
    ws, _ = filled
    query = Query.of(
        "bills",
        "select strftime(day, '%Y-%m') as month, sum(cost), sum(cash) from focus_daily group by month order by month",
    )
    months = {month: [float(cost), float(cash)] for month, cost, cash in ws.warehouse.rows(query)}
    assert {month: months[month] for month in TRUTH["bills"]} == TRUTH["bills"]
    assert list(months) == [*TRUTH["bills"], f"{NOW:%Y-%m}"]


def test_days_without_a_price_have_calls_that_can_be_priced(filled: Filled) -> None:
    ws, _ = filled
    would = price_usage(ws, SYSTEM, dry_run=True)
    [line] = [line for line in would.lines if line.model == "gpt-5" and line.after]
    assert line.after > 0


def test_a_cheaper_model_is_found_in_the_effects(filled: Filled) -> None:
    ws, _ = filled
    told = TRUTH["price_change"]
    first = day(told["day"])
    facts = asked(ws, Filters(first, first + timedelta(days=27)), now=NOW)
    explained = cost_effects(facts).explained
    assert explained is not None
    rates = {each.key: float(each.effects.rate) for each in explained.keys}
    now = {line["value"]: float(line["cost"] or 0) for line in lines(facts, ("cost",), by="model")}
    assert rates[told["model"]] == pytest.approx(now[told["model"]] * (1 - 1 / told["factor"]), rel=0.15)


def test_the_loop_of_an_agent_is_out_of_the_ordinary_and_nobody_has_said_why(filled: Filled) -> None:
    ws, _ = filled
    told = TRUTH["incident"]
    first, last = day(told["first"]), day(told["last"])
    found = anomalies(asked(ws, Filters(first - timedelta(days=3), last + timedelta(days=3)), now=NOW))
    [episode] = [each for each in found.episodes if each.worst.value == told["agent"]]
    assert episode.open
    assert episode.excess > 0
    assert all(first <= each.day <= last for each in episode.days)
    assert any("Fraud Signals runs in a loop" in event for each in episode.days for event in each.events)


def test_alerts_fired_were_answered_and_are_back_to_normal(filled: Filled) -> None:
    ws, _ = filled
    standings = list_alerts(ws.store, SYSTEM)
    assert {"fired", "armed", "no_data", "paused"} <= {each.state for each in standings}
    [loop] = [each for each in standings if each.rule.name == "Cost of Fraud Signals leaps"]
    moves = [(str(entry.before), str(entry.after)) for entry in alert_log(ws.store, SYSTEM, loop.rule.id, limit=None, moves=True)]  # fmt: skip
    answered = moves.index(("fired", "acknowledged"))
    assert ("armed", "fired") in moves[answered:]
    assert ("acknowledged", "back_to_normal") in moves[:answered]
    [photos] = [each for each in standings if each.rule.name == "Waiting for photographs"]
    assert (photos.reason != "", photos.feedback) == (True, Feedback.NOT_USEFUL)
    assert max(each.evaluated_at for each in standings if each.evaluated_at) <= NOW


def test_the_four_parts_are_what_a_controller_would_believe(filled: Filled) -> None:
    ws, _ = filled
    parts = ("cost", "infrastructure_cost", "development_cost", "operations_cost")
    facts = asked(ws, Filters(date(2026, 10, 1), date(2026, 10, 31)), now=NOW)
    told = {each.key: each.value for each in figures(facts, ("total_cost", *parts), trends=False)}
    assert sum(Decimal(str(told[part])) for part in parts) == told["total_cost"]
    assert 80_000 < told["total_cost"] < 140_000
    assert (
        told["development_cost"] > told["operations_cost"] > told["infrastructure_cost"] > told["cost"] > 500
    )


def test_what_nobody_runs_is_idle_and_agents_are_held_to_a_target(filled: Filled) -> None:
    ws, _ = filled
    told = TRUTH["idle"]
    facts = asked(ws, Filters(NOW.date() - timedelta(days=9), NOW.date()), now=NOW)
    query = Query.of("last", "select max(day) from runs_daily where agent = $agent")
    last = ws.warehouse.value(query, {"agent": told["agent"]})
    idle_days = min((NOW.date() - last).days - 13, 10)  # type: ignore[operator]
    idle = {line["value"]: line["idle_cost"] for line in lines(facts, ("idle_cost",), by="agent")}
    assert idle.pop(told["agent"], 0) == told["a_day"] * max(idle_days, 0)
    assert not any(idle.values())
    [cost] = figures(facts, ("cost_per_agent_month",), trends=False)
    assert (cost.target, 400 < float(cost.value or 0) < 1600) == (900, True)


def test_people_noted_on_charts_what_is_to_be_known(filled: Filled) -> None:
    ws, _ = filled
    notes = CHART_NOTES.list(ws.store, SYSTEM, chart="cost/cost-bars")
    assert len(notes) == 3
    assert len({note.author_id for note in notes}) == 3
