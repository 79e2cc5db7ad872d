"""Benefits that are in no sum of value, since an assumption or a rate of exchange is missing to count them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchflow.format import quantity
from orchflow.metrics.queries import row

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts


def unvalued(facts: Facts) -> str:
    """Which benefits of the period cannot be counted, and what to do; nothing where all can."""
    period = facts.period
    asked = {"start": period.start, "end": period.end, "currency": facts.ws.currency}
    found = row(facts.warehouse, "value_lacking", asked)
    told = [
        f"{quantity(count, 'benefit')} of hours saved without a {what}: add the assumption on Value"
        for count, what in ((found["without_recapture"], "recapture"), (found["without_rate"], "loaded rate"))
        if count
    ]
    if found["unconverted"]:
        told.append(f"Amounts in {', '.join(found['unconverted'])} lack a rate of exchange")
    return " · ".join(told)
