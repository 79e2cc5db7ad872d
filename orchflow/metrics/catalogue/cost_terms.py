"""What the cost comes to in other terms than money: months of an engineer, and what the business did."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from orchflow.metrics.business_measures import cost_per_measure, measure_rows
from orchflow.metrics.metric import Metric

if TYPE_CHECKING:
    from orchflow.metrics.metric import Dimension

HOURS_A_MONTH = 160
PAID_HOURS: tuple[Dimension, str] = ("part", "part = 'development' and cost is not null")

terms = partial(Metric, owner="Finance")

METRICS = (
    terms(
        key="engineer_months", moved_by="total_cost", label="In engineer-months", question="How many months of an engineer is that?",
        unit="count", direction="down", formula=f"{{total_cost}} / nullif({{cost_of_hour}} * {HOURS_A_MONTH}, 0)",
        missing="No hours have a cost: log hours on tasks, and add hourly rates on Costs",
        definition=f"Total cost divided by what {HOURS_A_MONTH} hours of work cost: a month of an engineer, at the mean rate of the hours "
        "that were logged in the period.",
    ),
    terms(
        key="cost_of_hour", moved_by="development_cost", label="Cost of an hour", question="What does an hour of our people cost?",
        unit="money", direction="none", formula="{development_cost} / nullif({paid_hours}, 0)",
        missing="No hours have a cost: log hours on tasks, and add hourly rates on Costs",
        definition="Development time divided by its hours: the mean of the hourly rates in force, by the hours that were logged.",
    ),
    terms(
        key="paid_hours", label="Hours with a cost", question="How many hours of work have a cost?", base="expense_lines",
        unit="count", direction="none", formula="sum(hours)", only=PAID_HOURS, recorded=True, divisible=True,
        rows_where={"part": ("development",)}, missing="No hours have a cost: log hours on tasks, and add hourly rates on Costs",
        definition="Hours logged on tasks on days on which an hourly rate holds.",
    ),
    terms(
        key="cost_per_measure", label="Cost per unit of business", question="What does one of what we do for customers cost?",
        unit="money", direction="down", read=cost_per_measure, rows=measure_rows,
        covers=("usage_lines", "expense_lines"),
        definition="Total cost of the whole months of the period for which a measure of the business is kept on Costs, such as claims "
        "handled, divided by what was done in these months; where the period has no such month, of the last one before. Of several "
        "measures it is the one that is kept longest.",
    ),
)  # fmt: skip
