"""What reading from a cache saved, by the prices of the day."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from orchflow import format as fmt
from orchflow.metrics.metric import Metric

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

READ_OR_WRITTEN = "cached_input_tokens + cache_write_input_tokens > 0"
PRICES = (
    "The prices are those in force at noon (UTC) on the day of use for calls of the shortest length in the usual tier: one's own "
    "of the price book, else those of providers, in the workspace's currency by the rate of the day."
)

usage = partial(Metric, base="usage_lines", owner="Finance")


def _without_price(facts: Facts) -> str:
    """Of how much of what was read from a cache or written to one the price is not known."""
    from orchflow.metrics.read import lines  # which reads the catalogue

    tokens = sum(line["cache_tokens_unpriced"] or 0 for line in lines(facts, ("cache_tokens_unpriced",)))
    return f"Without a price: {fmt.count(tokens)} tokens; add prices on Prices" if tokens else ""


METRICS = (
    usage(
        key="cache_saved", label="Saved by the cache", question="What did reading from a cache save?", unit="money", direction="up",
        formula=f"sum(cached_input_tokens * saved_a_token - cache_write_input_tokens * more_a_token) filter (where {READ_OR_WRITTEN})",
        besides=_without_price, missing="Nothing that was read from a cache or written to one has a price",
        definition="Tokens read from a cache times the price of reading less that of reading from the cache, less tokens written to a "
        f"cache times what writing them costs more than reading. {PRICES} It is worked out from the price book, whatever the "
        "calls were reported to cost; writing for an hour is counted at the price of writing for five minutes.",
    ),
    usage(
        key="cache_tokens_unpriced", label="Cache without a price", question="Of how much of the cache is no price known?", unit="count",
        direction="down", formula="sum(cached_input_tokens + cache_write_input_tokens)",
        only=("model", f"{READ_OR_WRITTEN} and (saved_a_token is null or more_a_token is null)"),
        definition="Tokens read from a cache or written to one of models for which the price book knows no price on the day. They are "
        "in no sum of what the cache saved.",
    ),
)  # fmt: skip
