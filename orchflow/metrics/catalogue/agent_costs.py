"""What an agent costs a month, with its share of what is nobody's and without; and what is paid for agents that nobody runs."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from orchflow.metrics.filters import period_in_words
from orchflow.metrics.health import IDLE_DAYS
from orchflow.metrics.metric import Metric

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

PAID_FOR = ("infrastructure", "operations")
IDLE = (
    f"agent is not null and part in {PAID_FOR} and (ran_on is null or ran_on <= day - {IDLE_DAYS}) "
    f"and day between runs_since + {IDLE_DAYS - 1} and runs_until"
)
MONTHS = "A month is active where the agent ran in it, and counts by the part of its days that lies in the period and is not to come."
NO_MONTHS = "No agent ran in a month of this period"

of_agents = partial(Metric, base="agent_costs", owner="Finance", unit="money", direction="down")
composed = partial(Metric, owner="Finance", unit="money", direction="down", missing=NO_MONTHS)


def _known_idle(facts: Facts) -> str:
    """Of which days it is not known who is idle."""
    first = facts.reach.runs_from
    if first is None:
        return "No runs of agents are known, so it is not known who is idle"
    judged = first + timedelta(days=IDLE_DAYS - 1)
    if judged <= facts.period.start:
        return ""
    day, since = (period_in_words(each, each) for each in (first, judged))
    return f"Runs are known since {day}, so only since {since} who is idle"


METRICS = (
    composed(
        key="cost_per_agent_month", moved_by="agent_costs", label="Cost per agent a month", question="What does one agent cost a month?",
        formula="{agent_costs} / nullif({agent_months}, 0)",
        definition="Cost of models of agents, infrastructure and operations that name them, and their shares of those that name no "
        f"agent, divided by the months in which they were active. {MONTHS} What names no agent is shared out by the runs of the "
        "calendar month in which it falls, to the last decimal; of a month without a run it is nobody's. Development time is not "
        "in it.",
    ),
    composed(
        key="own_cost_per_agent_month", moved_by="own_agent_costs", label="Own cost per agent a month",
        question="What does one agent cost a month by itself?", formula="{own_agent_costs} / nullif({agent_months}, 0)",
        definition="As the cost per agent a month, without a share of what names no agent: cost of models of agents, and "
        f"infrastructure and operations that name them, divided by the months in which they were active. {MONTHS}",
    ),
    composed(
        key="agent_costs", label="Cost of agents", question="What do our agents cost, with all that is run for them?",
        summed=("agent_models", "agent_named", "agent_shares"), missing="No agent cost anything in this period",
        definition="Cost of models of agents, infrastructure and operations that name them, and their shares of infrastructure and "
        "operations that name no agent, by their runs of the calendar month. Of days to come nothing is in it.",
    ),
    composed(
        key="own_agent_costs", label="Own cost of agents", question="What do our agents cost by themselves?",
        summed=("agent_models", "agent_named"), missing="No agent cost anything of its own in this period",
        definition="Cost of models of agents, and infrastructure and operations that name them.",
    ),
    of_agents(
        key="agent_models", label="Models of agents", question="What do the models of agents cost?", formula="sum(models)",
        rows_in="usage_events", missing="No call of an agent has a price",
        definition="Cost of the calls to language models that belong to an agent.",
    ),
    of_agents(
        key="agent_named", label="Other cost of agents", question="What else is paid for single agents?", formula="sum(named)",
        rows_in="expenses", rows_where={"part": PAID_FOR}, missing="No infrastructure or operations name an agent",
        definition="Infrastructure and operations that name an agent.",
    ),
    of_agents(
        key="agent_shares", label="Shares of agents", question="What of the common cost falls to agents?", formula="sum(shared)",
        rows_in="expenses", rows_where={"part": PAID_FOR, "agent": ("none",)}, missing="Nothing was shared out to agents",
        definition="Infrastructure and operations that name no agent, shared out to agents by their runs of the calendar month; each "
        "has the difference of two running shares, so that nothing is lost. What falls in a month without a run is not in it.",
    ),
    of_agents(
        key="agent_months", label="Active months of agents", question="How long were agents in use?", unit="count", direction="up",
        formula="sum(months)", divisible=True, rows_in="agent_runs", missing=NO_MONTHS,
        definition=f"Months in which agents were active, added up over the agents. {MONTHS}",
    ),
    Metric(
        key="idle_cost", base="expense_lines", owner="Finance", unit="money", direction="down", label="Idle cost",
        question="What do we pay for agents that nobody runs?", formula="sum(cost)", only=("agent", IDLE), besides=_known_idle,
        rows_where={"part": PAID_FOR}, missing="Nothing is recorded in this period",
        definition=f"Infrastructure and operations that name an agent, on days on which it was idle: without a run on that day and the "
        f"{IDLE_DAYS - 1} before it. An agent that never ran is idle; before runs are known for {IDLE_DAYS} days none is, nor on days to come. What names no agent is in the cost without an agent, not in this.",
    ),
)  # fmt: skip
