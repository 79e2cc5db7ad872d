"""What language models cost, and what is known of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from orchflow.metrics.budget_of import against_budget
from orchflow.metrics.catalogue.all_costs import WITHOUT_AGENT, unrecorded
from orchflow.metrics.metric import Metric

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

usage = partial(Metric, base="usage_lines", owner="Finance")
of_usage = partial(Metric, owner="Finance")


def _this_month(facts: Facts) -> str:
    """How the month stands against its budget, and what is not in what it cost."""
    return " · ".join(filter(None, (against_budget(facts), unrecorded(facts))))


METRICS = (
    usage(
        key="cost", label="Model cost", question="What do language models cost us?", unit="money", direction="down",
        formula="sum(cost)", window="month", missing="None of the calls has a price",
        definition="What the calls to language models of the period cost: the amounts the platform reported, estimates for local "
        "models, and what calls were priced at from the price book, in the workspace's currency by the rate of the day. Calls without a price are left out and counted as "
        "unpriced; amounts without a rate of exchange are left out and told apart.",
    ),
    of_usage(
        key="cost_month_to_date", label="Cost this month", question="What has this month cost so far?", unit="money",
        direction="down", formula="{total_cost}", window="month", missing="Nothing has a cost yet this month", besides=_this_month,
        budgeted=True,
        definition="What models, infrastructure, development time and operations have cost this month so far, against the budget of the "
        "month, and what the month is likely to have cost at its end.",
    ),
    of_usage(
        key="cost_per_run", moved_by="cost", label="Model cost per run", question="What do the models of one run cost?", unit="money",
        direction="down", formula="{cost} / nullif({runs}, 0)", missing="No runs of agents in this period",
        definition="Cost of models in the period divided by the runs that agents began in it. Cost that belongs to no agent is in it, "
        "and so are failed runs.",
    ),
    usage(
        key="calls", label="Calls", question="How often are language models asked?", unit="count", direction="none",
        formula="sum(calls)", definition="Calls to language models in the period; a row of a file may tell of many, or of none.",
    ),
    usage(
        key="tokens", label="Tokens", question="How much do the models read and write?", unit="count", direction="none",
        formula="sum(input_tokens) + sum(output_tokens)",
        definition="Tokens read and written by the models in all calls of the period; those read from a cache or written to one "
        "are among those read.",
    ),
    usage(
        key="cached_input_tokens", label="Cached tokens", question="How much do the models read from a cache?", unit="count",
        direction="none", formula="sum(cached_input_tokens)",
        definition="Tokens that the models read from a cache, as far as the sources tell; they are among the tokens read.",
    ),
    usage(
        key="cache_write_input_tokens", label="Tokens written to a cache", question="How much is put into a cache?",
        unit="count", direction="none", formula="sum(cache_write_input_tokens)",
        definition="Tokens that were read and written to a cache, as far as the sources tell; they are among the tokens read.",
    ),
    usage(
        key="input_tokens", label="Tokens read", question="How much do the models read?", unit="count", direction="none",
        formula="sum(input_tokens)", definition="Tokens read by the models in all calls of the period, cached ones included.",
    ),
    usage(
        key="output_tokens", label="Tokens written", question="How much do the models write?", unit="count",
        direction="none", formula="sum(output_tokens)", definition="Tokens written by the models in all calls of the period.",
    ),
    of_usage(
        key="cached_share", moved_by="cached_input_tokens", label="Share read from a cache", question="How well does the cache work?",
        unit="percent", direction="up", formula="{cached_input_tokens} / nullif({input_tokens}, 0)",
        missing="No tokens were read in this period",
        definition="Tokens read from a cache, divided by all tokens read.",
    ),
    usage(
        rows_where={"agent": ("none",)}, key="unattributed", label="Model cost of no agent", question="Which cost belongs to no agent?", unit="money",
        direction="down", formula="sum(cost)", only=WITHOUT_AGENT,
        definition="Cost of calls whose caller matches no agent of the platform: neither the agent's name, nor one with a "
        "known ending, nor what stands before the first colon.",
    ),
    usage(
        rows_where={"agent": ("none",)}, key="unattributed_calls", label="Unattributed calls", question="How many calls belong to no agent?", unit="count",
        direction="down", formula="sum(calls)", only=WITHOUT_AGENT,
        definition="Calls whose caller matches no agent of the platform.",
    ),
    of_usage(
        key="unattributed_share", moved_by="unattributed", label="Share without an agent", question="How much of the cost belongs to no agent?",
        unit="percent", direction="down", missing="No calls in this period",
        formula="coalesce({unattributed} / nullif({cost}, 0), {unattributed_calls} / nullif({calls}, 0))",
        definition="The part of the cost that belongs to no agent; of the calls, where nothing has a price.",
    ),
    usage(
        rows_where={"provenance": ("unpriced",)}, key="unpriced_calls", label="Unpriced calls", question="How many calls are in no sum of cost?", unit="count",
        direction="down", formula="sum(calls)", only=("provenance", "provenance = 'unpriced'"),
        definition="Calls for which neither the platform nor an estimate gives an amount and that were not priced from the price "
        "book. They are in no sum of cost. Calls that failed or were blocked before a model read or wrote anything need no price and are not among them.",
    ),
    usage(
        rows_where={"unconverted": ("true",)}, key="unconverted_rows", label="Not converted", question="Which amounts are in no sum of cost, for want of a rate?",
        unit="count", direction="down", formula="sum(unconverted)", only=("currency", "unconverted > 0"),
        definition="Rows of usage whose amount is in another currency than the workspace's and for whose day there is no rate of "
        "exchange. They are in no sum of cost; with a rate they will be.",
    ),
    of_usage(
        key="unpriced_share", moved_by="unpriced_calls", label="Share without a price", question="How much of the use has no price?", unit="percent",
        direction="down", formula="{unpriced_calls} / nullif({calls}, 0)", missing="No calls in this period",
        definition="Calls for which neither the platform nor an estimate gives an amount and that were not priced from the price "
        "book, divided by all calls. Calls that failed or were blocked before a model read or wrote anything need no price.",
    ),
)  # fmt: skip
