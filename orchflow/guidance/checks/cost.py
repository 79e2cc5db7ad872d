"""Checks of cost: is it known, does it belong to somebody, does it stay where it was?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

from orchflow.format import money, percent, quantity
from orchflow.guidance.checks.check import Check, Mend, Outcome, not_applicable, within
from orchflow.guidance.checks.facts import CheckFacts
from orchflow.metrics.filters import Filters
from orchflow.metrics.read import figure, lines
from orchflow.people.permissions import Permission

UNPRICED_SHARE, UNATTRIBUTED_SHARE = 0.01, 0.05
STEADY, FEWEST_DAYS = 1.5, 3
MOST_MODELS, THEIR_SHARE = 5, Decimal("0.95")
NO_CALLS = "No calls to language models this month"
NO_COST = "No cost this month"

USAGE = frozenset({"usage", "exchange_rate"})

cost = partial(Check, sees=Permission.PERSON_FIGURES, follows=USAGE)


def _priced(facts: CheckFacts) -> Outcome:
    share = facts.month["unpriced_share"].value
    if share is None:
        return not_applicable(NO_CALLS)
    words = f"{percent(1 - Decimal(str(share)))} of this month's calls have a price; at least {percent(1 - UNPRICED_SHARE)} are asked for"
    return within(float(share), UNPRICED_SHARE, words, limit_counts=True)


def _attributed(facts: CheckFacts) -> Outcome:
    share = facts.month["unattributed_share"].value
    if share is None:
        return not_applicable(NO_CALLS)
    words = f"{percent(share)} of this month's cost belongs to no agent; under {percent(UNATTRIBUTED_SHARE)} is asked for"
    return within(float(share), UNATTRIBUTED_SHARE, words)


def _steady(facts: CheckFacts) -> Outcome:
    """Whole days only: today's cost is still growing, and the first days of a month say little."""
    first, yesterday = facts.today.replace(day=1), facts.today - timedelta(days=1)
    days = (yesterday - first).days + 1
    if days < FEWEST_DAYS:
        return not_applicable(f"Told once {quantity(FEWEST_DAYS, 'day')} of the month are over")
    last = first - timedelta(days=1)
    before = facts.over(Filters(last.replace(day=1), last))
    known = before.reach.usage_from
    if known is None or known > last:
        return not_applicable("No usage of last month is loaded")
    days_before = (last - max(known, before.filters.start)).days + 1
    cost_before = Decimal(figure(before, "cost").value or 0) / days_before
    if not cost_before:
        return not_applicable("Last month cost nothing")
    a_day = Decimal(figure(facts.over(Filters(first, yesterday)), "cost").value or 0) / days
    now, then = (money(each, facts.ws.currency) for each in (a_day, cost_before))
    return within(
        float(a_day / cost_before),
        STEADY,
        f"{now} a day this month, {then} a day last month: {percent(a_day / cost_before)}, under {percent(STEADY)} is asked for",
    )


def _models_few(facts: CheckFacts) -> Outcome:
    month = facts.over(Filters(facts.today.replace(day=1), facts.today))
    costs = sorted(
        (line["cost"] for line in lines(month, ("cost",), by="model") if line["cost"]), reverse=True
    )
    total = sum(costs, Decimal(0))
    if not total:
        return not_applicable(NO_COST)
    count, carried = 0, Decimal(0)
    while carried < total * THEIR_SHARE:
        carried += costs[count]
        count += 1
    words = f"{quantity(count, 'model')} of {len(costs)} carry {percent(THEIR_SHARE)} of this month's cost; at most {MOST_MODELS} are asked for"
    return within(count, MOST_MODELS, words, limit_counts=True)


CHECKS = (
    cost(
        key="calls-priced", question="Have at least 99 % of the month's calls a price?",
        flow=4, step="pilot-evaluation", level=1, unit="percent", evaluate=_priced,
        mend=Mend("Look which models and failed calls have no price, and give the platform their prices.", "cost"),
    ),
    cost(
        key="cost-attributed", question="Is under 5 % of the month's cost without an agent?",
        flow=3, step="integration", level=3, unit="percent", evaluate=_attributed,
        mend=Mend("Have each caller name its agent; a slug with a known ending or workflow:node is understood.", "cost"),
    ),
    cost(
        key="cost-steady", question="Is this month's cost per day under 150 % of last month's?",
        flow=6, step="monitoring", level=3, may_lack=True, unit="percent", evaluate=_steady,
        mend=Mend("Group cost by agent, then by model, then by person: find what grew, and cap it.", "cost"),
    ),
    cost(
        key="models-few", question="Do at most five models carry 95 % of the month's cost?",
        flow=5, step="optimization", level=3, evaluate=_models_few,
        mend=Mend("Choose two to five models for your kinds of work, and take the others off the list.", "cost"),
    ),
)  # fmt: skip
