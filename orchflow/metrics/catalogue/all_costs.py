"""What all of it costs: the four parts, and what the whole comes to by run, user, outcome and agent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from orchflow.costs.hourly_rates import BY_MEAN_RATES
from orchflow.metrics.filters import period_in_words
from orchflow.metrics.metric import PARTS, Dimension, Metric
from orchflow.people.small_groups import WITHHELD

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

WITHOUT_AGENT: tuple[Dimension, str] = ("agent", "agent is null")
NO_DECISIONS = "No decision of a person is delivered: every completed run counts as accepted"

expense = partial(
    Metric, base="expense_lines", owner="Finance", unit="money", direction="down", recorded=True
)
whole = partial(Metric, owner="Finance", unit="money", direction="down")


def _of(part: str) -> tuple[Dimension, str]:
    return "part", f"part = '{part}'"


def at_mean_rates(facts: Facts) -> str:
    """How hours are counted for those who may not see hourly rates."""
    return BY_MEAN_RATES if "development" in facts.reach.expense_parts and not facts.privacy.rates else ""


def of_all_parts(facts: Facts) -> str:
    """What is in a sum of all parts otherwise than as it is, or not at all."""
    return unrecorded(facts) or at_mean_rates(facts)


def unrecorded(facts: Facts) -> str:
    """What is not in a sum of all parts: hours that are not told, and parts of which nothing was ever recorded."""
    if not facts.privacy.people and not facts.stretches.hours:
        return f"Development time is not in it: {WITHHELD[0].lower()}{WITHHELD[1:]}"
    first = facts.reach.usage_from
    if facts.reach.expense_parts and first is not None and first > facts.period.start:
        return f"Calls are known only since {period_in_words(first, first)}"
    nothing = [
        name.lower()
        for part, name in PARTS.items()
        if part not in facts.reach.expense_parts and (part != "llm" or facts.reach.usage_from is None)
    ]
    return f"Nothing is recorded of {' or '.join(nothing)}" if nothing else ""


def undecided(facts: Facts) -> str:
    return "" if facts.reach.decisions else NO_DECISIONS


METRICS = (
    whole(
        key="total_cost", label="Total cost", question="What does all of it cost us?", window="month",
        summed=("cost", "infrastructure_cost", "development_cost", "operations_cost"), besides=of_all_parts,
        missing="Nothing has a cost in this period",
        definition="Cost of models, infrastructure, development time and operations, each by the days that used it (accrual), in the "
        "workspace's currency. Of a part of which nothing is recorded nothing is in it, which is said. Days of entries, bills and "
        "hours are whole, those of models count up to the newest call.",
    ),
    expense(
        key="infrastructure_cost", label="Infrastructure", question="What does running it cost us?",
        formula="sum(cost)", only=_of("infrastructure"), rows_where={"part": ("infrastructure",)},
        missing="No infrastructure is recorded: add entries on Costs, or load bills (FOCUS)",
        definition="Infrastructure by the days that used it (accrual): bills of clouds by their effective cost without purchases that "
        "cover the future, and entries of costs, of which an amount for a month or a year is spread over its days to the last cent.",
    ),
    expense(
        key="infrastructure_cash", label="Infrastructure, as billed", question="What is billed for infrastructure?",
        formula="sum(cash)", only=_of("infrastructure"), rows_where={"part": ("infrastructure",)},
        missing="No infrastructure is recorded: add entries on Costs, or load bills (FOCUS)",
        definition="Infrastructure by the days on which it is due (cash): the billed cost of bills of clouds, and entries of costs on "
        "the first day of what they are for. It is never added to what the days used.",
    ),
    expense(
        key="development_cost", label="Development time", question="What does the time of people cost us?",
        formula="sum(cost)", only=_of("development"), rows_where={"part": ("development",)}, besides=at_mean_rates,
        missing="No hours have a cost: log hours on tasks, and add hourly rates on Costs",
        definition="Hours logged on tasks, by the day on which they were logged, times the rate in force on it: the person's, else that "
        "of the job role, else everybody's. Hours without a rate are left out and told apart. Who may not see hourly rates is told "
        "hours at the mean rate of their month: of a month that is over, in which at least five people worked and nobody more than "
        "half of it; in other months that of the last such one before, else of the next.",
    ),
    expense(
        key="operations_cost", label="Operations", question="What do licences, support and training cost us?",
        formula="sum(cost)", only=_of("operations"), rows_where={"part": ("operations",)}, missing="No operations are recorded: add entries on Costs",
        definition="Licences, support, training and other entries of costs, by the days that they are for: an amount for a month or a "
        "year is spread over its days to the last cent.",
    ),
    expense(
        key="written_cost", label="Cost that is written down", question="What do entries of costs come to?",
        formula="sum(cost)", only=("part", "origin = 'entry'"), rows_where={"origin": ("entry",)},
        missing="No entries are recorded: add them on Costs",
        definition="Infrastructure and operations that somebody entered on Costs, by the days that they are for: no bills and no hours. "
        "They are known for days to come as well.",
    ),
    expense(
        key="unattributed_expenses", label="Other cost without an agent", question="Which other cost names no agent?",
        formula="sum(cost)", only=WITHOUT_AGENT, rows_where={"agent": ("none",)}, missing="Nothing is recorded in this period",
        definition="Infrastructure, development time and operations that name no agent.",
    ),
    whole(
        key="total_unattributed", label="Cost without an agent", question="Which of all cost names no agent?",
        summed=("unattributed", "unattributed_expenses"), missing="Nothing has a cost in this period",
        definition="Cost that names no agent: of calls whose caller matches none, and of infrastructure, development time and operations "
        "that name none. It may be an effort's, a project's, a task's or a team's all the same: what is nobody's stands in the Ledger.",
    ),
    whole(
        key="total_cost_per_run", moved_by="total_cost", label="Cost per run", question="What does one run cost, all in all?",
        formula="{total_cost} / nullif({runs}, 0)", missing="No runs of agents in this period", besides=of_all_parts,
        definition="Total cost divided by the runs that agents began in the period, whatever became of them. Failed runs and those that "
        "a person rejected make it look cheaper than it is: what an accepted outcome costs says that.",
    ),
    whole(
        key="cost_per_accepted", moved_by="total_cost", label="Cost per accepted outcome",
        question="What does one outcome cost that people could use?", formula="{total_cost} / nullif({accepted}, 0)",
        missing="No run was completed and accepted in this period", besides=undecided,
        definition="Total cost, failed and repeated runs included, divided by the completed runs whose outcome no person rejected. A "
        "rejection is a task of the run's conversation that the platform delivers as rejected. Other decisions of people, as to write "
        "it anew, are not delivered by the platform and count as accepted.",
    ),
    whole(
        key="cost_per_user", moved_by="total_cost", label="Cost per user", question="What does one user of agents cost?",
        formula="{total_cost} / nullif({users}, 0)", missing="Nobody ran an agent in this period", besides=of_all_parts,
        definition="Total cost divided by the people with at least one run in the period; the service user does not count.",
    ),
)  # fmt: skip
