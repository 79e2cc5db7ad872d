"""How budgets stand: what was spent of each in its present period, with the arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from orchflow import clock
from orchflow import format as fmt
from orchflow.costs.budgets import BUDGETS, SCOPES, BudgetRow
from orchflow.costs.hourly_rates import may_see_rates
from orchflow.costs.tables import BudgetPeriod
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.coverage import Coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import FILTERED, Filters
from orchflow.metrics.metric import Dimension
from orchflow.metrics.privacy import privacy_of
from orchflow.metrics.read import lines
from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import WITHHELD
from orchflow.planning.days import midnight
from orchflow.warehouse.sql import load_query
from orchflow.workspace import Workspace

TOTAL = "total_cost"
"""The figure by which budgets are told to who may not see figures of small groups."""


@dataclass(frozen=True)
class BudgetStanding:
    """A budget in force: what was spent of it from `start` to `end` (both counted), in the workspace's currency.

    `allowed` is its amount in that currency; `share` is spent ÷ allowed, 1 for all. Where they are None `missing` says why.
    `thresholds_reached` are its percents that are reached, at equal included. `arithmetic` says how it comes to that, and
    what is not in it.
    """

    budget: BudgetRow
    start: date
    end: date
    spent: Decimal | None
    allowed: Decimal | None
    share: float | None
    missing: str
    thresholds_reached: tuple[int, ...]
    arithmetic: str


@dataclass(frozen=True)
class Spent:
    """What was spent of a budget from `start` to `end`: None where nothing is known or told of it, for which `missing` says why."""

    start: date
    end: date
    amount: Decimal | None
    missing: str = ""
    left_out: tuple[str, ...] = ()


def budget_standings(
    ws: Workspace, actor: Actor, today: date, *, reach: Coverage | None = None
) -> tuple[BudgetStanding, ...]:
    """How every budget stands that is in force on `today`, by name. Forbidden without the permission to see figures.

    Of a scope what names it is counted: calls and costs of an agent or a provider, costs of a team or a project. Who may not
    see figures of small groups is told of people's spending what *Total cost* tells them of that scope and those days; who may not
    see hourly rates, hours at mean rates. How far facts reach is read where `reach` does not say it.
    """
    actor.require(Permission.INSIGHTS_VIEW)
    budgets = [each for each in BUDGETS.list(ws.store, actor) if _in_force(each, today)]
    if not budgets:
        return ()
    rows = _rows(ws, actor, budgets, today)
    first = ws.warehouse.value(load_query("orchflow.costs", "usage_first_day"))
    told = not actor.may(Permission.PERSON_FIGURES)
    return tuple(
        _standing(
            ws,
            each,
            _told(ws, actor, each, today, reach)
            if told and rows[each.id]["of_people"]
            else _counted(rows[each.id], period_start(each, today), today, first),
            today,
        )
        for each in budgets
    )


def period_start(budget: BudgetRow, today: date) -> date:
    """The first day of the period in which `today` lies: of the month, or the last of thirty days back."""
    return today.replace(day=1) if budget.period is BudgetPeriod.MONTH else today - timedelta(days=29)


def _in_force(budget: BudgetRow, today: date) -> bool:
    return budget.valid_from <= today and (budget.valid_to is None or today < budget.valid_to)


def _rows(
    ws: Workspace, actor: Actor, budgets: Sequence[BudgetRow], today: date
) -> dict[int, dict[str, Any]]:
    asked = {
        "ids": [each.id for each in budgets],
        "scopes": [str(each.scope.value) for each in budgets],
        "values": [_subject(each) for each in budgets],
        "starts": [period_start(each, today) for each in budgets],
        "today": today,
        "rates": may_see_rates(actor),
    }
    rows = ws.warehouse.query(load_query("orchflow.costs", "budgets_spent"), asked).to_pylist()
    return {row["id"]: row for row in rows}


def _subject(budget: BudgetRow) -> str | None:
    """Which team, agent, project or provider it is of; None for the whole workspace."""
    value = getattr(budget, SCOPES[budget.scope]) if budget.scope in SCOPES else None
    return None if value is None else str(value)


def _told(ws: Workspace, actor: Actor, budget: BudgetRow, today: date, reach: Coverage | None) -> Spent:
    """As the figure of all cost tells it to this reader."""
    subject = _subject(budget)
    narrowed: dict[str, Any] = (
        {} if subject is None else {FILTERED[cast(Dimension, budget.scope.value)]: (subject,)}
    )
    facts = Facts(
        ws,
        actor,
        Filters(period_start(budget, today), today, **narrowed),
        privacy=privacy_of(actor),
        now=min(clock.now(), midnight(today + timedelta(days=1), ws.zone)),
        reach=reach,
    )
    told = next(iter(lines(facts, (TOTAL,))), {}).get(TOTAL)
    beside = METRICS[TOTAL].besides
    return Spent(
        facts.period.start,
        facts.period.end,
        None if told is None else Decimal(told),
        WITHHELD,
        tuple(filter(None, (beside(facts) if beside else "",))),
    )


def _counted(row: Mapping[str, Any], start: date, today: date, first: date | None) -> Spent:
    """As it is counted for who may see every row of it."""
    if row["spent"] is not None:
        return Spent(start, today, row["spent"], "", tuple(_left_out(row, start, first)))
    if row["unconverted"] or row["unpriced"] or row["unpriced_hours"]:
        return Spent(start, today, None, "Nothing of it has a price, an hourly rate or a rate of exchange")
    return Spent(start, today, Decimal(0), "", tuple(_left_out(row, start, first)))


def _standing(ws: Workspace, budget: BudgetRow, spent: Spent, today: date) -> BudgetStanding:
    start, end, money = spent.start, spent.end, ws.currency
    allowed, converted = _allowed(ws, budget, today)
    if allowed is None:
        missing = (
            f"No rate of exchange from {budget.currency} into {money} holds on {today:%-d %b %Y}: add one"
        )
        return BudgetStanding(budget, start, end, spent.amount, None, None, missing, (), missing)
    if spent.amount is None:
        return BudgetStanding(budget, start, end, None, allowed, None, spent.missing, (), spent.missing)
    share = spent.amount / allowed
    reached = tuple(percent for percent in budget.thresholds if spent.amount * 100 >= allowed * percent)
    arithmetic = f"{fmt.money(spent.amount, money)} of {converted} from {start:%-d %b} to {end:%-d %b %Y} is {fmt.percent(share, digits=1)}"
    return BudgetStanding(
        budget, start, end, spent.amount, allowed, float(share), "", reached, "; ".join([arithmetic, *spent.left_out])
    )  # fmt: skip


def _left_out(row: Mapping[str, Any], start: date, first: date | None) -> list[str]:
    """What is not in what was spent."""
    said = []
    if first is not None and first > start:
        said.append(f"usage is known only since {first:%-d %b %Y}")
    if row["unconverted"]:
        said.append(f"{fmt.quantity(row['unconverted'], 'amount')} without a rate of exchange not in it")
    if row["unpriced"]:
        said.append(f"{fmt.quantity(row['unpriced'], 'call')} without a price not in it")
    if row["unpriced_hours"]:
        said.append(f"{fmt.hours(row['unpriced_hours'])} without an hourly rate not in it")
    return said


def _allowed(ws: Workspace, budget: BudgetRow, today: date) -> tuple[Decimal | None, str]:
    """Its amount in the workspace's currency by the rate of the day, and how that comes; None without a rate."""
    own = fmt.money(budget.amount, budget.currency)
    if budget.currency == ws.currency:
        return budget.amount, own
    asked = {"currency": budget.currency, "into": ws.currency, "today": today}
    rates = ws.warehouse.rows(load_query("orchflow.costs", "rate_of_day"), asked)
    if not rates:
        return None, own
    times, per = rates[0]
    amount = budget.amount * times if times is not None else budget.amount / per
    return amount, f"{fmt.money(amount, ws.currency)} ({own} by the rate of the day)"
