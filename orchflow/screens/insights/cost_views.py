"""The panels of the Cost screen beside what was spent: drawn when they are chosen."""

from __future__ import annotations

from orchflow.insights.cost import OF_EXPENSES, CostDimension
from orchflow.metrics.filters import Filters
from orchflow.people.permissions import Actor
from orchflow.screens.insights import cost_ahead, cost_analysis_state, cost_anomalies, cost_what_if, cost_why
from orchflow.screens.insights.reader import InsightReader
from orchflow.ui.choosers import segments


def chosen_view() -> str:
    """Which of the panels the reader wants; `spent` is the screen's own."""
    return segments("Show", cost_analysis_state.VIEWS, cost_analysis_state.VIEW, wrap=True)


def by_dimension(view: str) -> bool:
    """Whether a panel tells its figures apart by the dimension chosen."""
    return view in ("spent", "why")


def draw(view: str, actor: Actor, filters: Filters, dimension: CostDimension, reader: InsightReader) -> None:
    """Draw a panel for what the screen has chosen."""
    if dimension in OF_EXPENSES:  # the panels are of models
        dimension = "model"
    match view:
        case "why":
            cost_why.show(actor, filters, dimension, reader)
        case "ahead":
            cost_ahead.show(actor, filters, reader)
        case "anomalies":
            cost_anomalies.show(actor, filters, reader)
        case "what_if":
            cost_what_if.show(actor, filters, reader)
