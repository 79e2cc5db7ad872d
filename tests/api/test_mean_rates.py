"""What an hour of a single person costs cannot be worked out by those who may not see hourly rates, whatever door they take."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from orchflow.alerts.answers import acknowledge
from orchflow.alerts.evaluate import evaluate_rules
from orchflow.alerts.log import alert_log
from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import list_alerts
from orchflow.costs.budgets import BUDGETS
from orchflow.costs.hourly_rates import RATES_WITHHELD
from orchflow.insights.cost import expenses_behind
from orchflow.metrics.budget_standings import budget_standings
from orchflow.metrics.filters import Filters
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.reports.snapshot import make_snapshot
from orchflow.warehouse.expenses import refresh_mean_rates
from orchflow.warehouse.sql import Query
from tests.api.conftest import Client, Place
from tests.insights.test_ledger import DAYS, FIRST, worked, world
from tests.metrics.facts import asked

PERIOD = {"from": FIRST.isoformat(), "to": FIRST.replace(day=DAYS).isoformat()}
RATES = {1: 50, 2: 60, 3: 70, 4: 80, 5: 90}
"""What an hour of each person costs; each worked ten in the month before, so that the mean is 70."""
OWN, AT_MEAN = 200, 280
"""What four hours of the first person cost."""


def hours(person: int, cost: Any, worked_hours: Any, day: int = 0, **more: Any) -> dict[str, Any]:
    return dict(
        worked(str(cost), worked_hours, day, person_id=person, currency="USD", cash=Decimal(cost), **more)
    )


def fill(place: Place, *more: dict[str, Any], people: int = 5) -> None:
    before = [hours(person, 10 * RATES[person], 10, -20) for person in RATES if person <= people]
    world(place.ws, expenses_daily=[*before, hours(1, OWN, 4, task_id=1, project_id=1, goal_id=1), *more])
    with place.ws.warehouse.write() as tx:
        refresh_mean_rates(tx)


def actor(place: Place, role: str) -> Actor:
    person = place.person(role, f"{role}-self")
    return Actor(person.id, person.username, person.display_name, Role(role))


@pytest.mark.parametrize(("role", "cost"), [("manager", OWN), ("analyst", AT_MEAN)])
def test_each_door_tells_the_rate_of_a_person_to_those_alone_who_may_see_it(
    place: Place, role: str, cost: int
) -> None:
    fill(place)
    client, who = place.client(role), actor(place, role)
    figure = client.get("/metrics/development_cost", by="project", **PERIOD).json()
    assert figure["value"] == cost
    assert [part["value"] for part in figure["parts"]] == [cost]
    [row] = client.get("/metrics/development_cost/rows", **PERIOD).json()["items"]
    [kept] = client.get("/datasets/expenses", **PERIOD).json()["items"]
    for line in (row, kept):
        assert [float(line[name]) for name in ("amount", "cost", "cash")] == [cost] * 3
    of = {line["name"] or line["kind"]: line for line in client.get("/ledger", **PERIOD).json()["items"]}
    assert (of["Task 1"]["hours"], of["Task 1"]["development"], of["total"]["cost"]) == (4, cost, cost)
    lines = client.get("/datasets/ledger", **PERIOD).json()["items"]
    assert {float(line["cost"]) for line in lines if line["kind"] == "task"} == {cost, 0}
    facts = asked(place.ws, Filters(FIRST, FIRST), who)
    assert list(expenses_behind(facts, "part", FIRST, None).frame["cost"]) == [cost]
    with duckdb.connect(str(make_snapshot(place.ws, who).path), read_only=True) as snapshot:
        told = snapshot.execute(
            "select max(amount), max(cost) from expenses where day = ?", [FIRST]
        ).fetchone()
    assert told == (cost, cost)
    BUDGETS.create(
        place.store, SYSTEM, name="All", scope="workspace", amount=1000, currency="USD", valid_from=FIRST
    )
    [standing] = budget_standings(place.ws, who, FIRST.replace(day=DAYS))
    assert standing.spent == cost


def test_an_alert_that_read_a_rate_is_not_told_to_those_who_may_not_see_it(place: Place) -> None:
    fill(place)
    manager, analyst = actor(place, "manager"), actor(place, "analyst")
    rule = ALERT_RULES.create(
        place.store, manager, name="Hours", kind="threshold", figure="development_cost", dimension="project", part="1", limit=100,
        window="month",
    )  # fmt: skip
    evaluate_rules(place.ws, [rule.id], now=datetime(2026, 11, 20, 12, tzinfo=UTC))
    told = {
        who.role: list_alerts(place.ws.store, who, rule_id=rule.id)[0].words for who in (manager, analyst)
    }
    assert told[Role.ANALYST] == RATES_WITHHELD
    assert told[Role.MANAGER] != RATES_WITHHELD
    [standing] = list_alerts(place.ws.store, manager, rule_id=rule.id)
    assert standing.id is not None
    assert standing.value == OWN
    acknowledge(place.store, manager, standing.id, "One person works on it")
    assert alert_log(place.store, analyst, rule.id) == []
    assert len(alert_log(place.store, manager, rule.id)) == 2
    for name, rows in (("alerts", 1), ("alert_log", 2)):
        items = {
            who: Client(place.app, place.secret(who.user_id or 0)).get(f"/datasets/{name}").json()["items"]
            for who in (manager, analyst)
        }
        assert (len(items[manager]), items[analyst]) == (rows, []), name


MEANS = Query.of("means", "select month, rate from mean_rates order by month")


@pytest.mark.parametrize(
    ("more", "people", "means"),
    [
        ([], 5, [70, 70]),
        ([], 4, []),
        ([hours(person, 10 * rate, 10, 3) for person, rate in RATES.items()], 5, [70, 70]),
        ([hours(1, 50 * 100, 100, -20)], 5, []),
    ],
    ids=["a month of five", "of four", "the running month is none", "of one above all"],
)
def test_a_mean_is_of_a_month_that_is_over_of_enough_people_and_of_nobody_above_all(
    place: Place, more: list[dict[str, Any]], people: int, means: list[int]
) -> None:
    fill(place, *more, people=people)
    rows = place.ws.warehouse.rows(MEANS)
    assert rows == [(date(2026, 10 + at, 1), mean) for at, mean in enumerate(means)]


def test_hours_whose_mean_cannot_be_told_have_no_cost_and_say_so(place: Place) -> None:
    fill(place, people=4)
    analyst = place.client("analyst")
    figure = analyst.get("/metrics/development_cost", **PERIOD).json()
    assert (figure["value"], figure["missing"]) == (None, "Without a rate that can be told: 4 hours")
    of = {line["name"] or line["kind"]: line for line in analyst.get("/ledger", **PERIOD).json()["items"]}
    assert (of["Task 1"]["development"], of["Task 1"]["unpriced_hours"]) == (0, 4)
