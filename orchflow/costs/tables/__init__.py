"""The tables of costs: everything about costs that people keep and no source delivers. Every one keeps a history."""

from __future__ import annotations

from orchflow.costs.tables.anomalies import AnomalyOpinion, AnomalyScope, AnomalyVerdict
from orchflow.costs.tables.budgets import Budget, BudgetPeriod, BudgetScope
from orchflow.costs.tables.chart_notes import ChartNote
from orchflow.costs.tables.entries import CostEntry, CostKind, CostPart, Every
from orchflow.costs.tables.occasions import BusinessMeasure, EventKind, Target, TimelineEvent
from orchflow.costs.tables.ownership import CostShare, OwnerKind, SubjectKind
from orchflow.costs.tables.prices import Price
from orchflow.costs.tables.rates import ExchangeRate, HourlyRate

__all__ = [
    "AnomalyOpinion", "AnomalyScope", "AnomalyVerdict",
    "Budget", "BudgetPeriod", "BudgetScope", "BusinessMeasure", "ChartNote", "CostEntry", "CostKind", "CostPart", "CostShare", "EventKind",
    "Every", "ExchangeRate", "HourlyRate", "OwnerKind", "Price", "SubjectKind", "Target", "TimelineEvent",
]  # fmt: skip
