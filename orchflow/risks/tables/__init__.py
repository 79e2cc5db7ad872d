"""The tables of risks. Every one keeps a history."""

from __future__ import annotations

from orchflow.risks.tables.incident import Incident, Severity
from orchflow.risks.tables.review import RiskReview
from orchflow.risks.tables.risk import (
    AiActClass,
    NistFunction,
    Outcome,
    Risk,
    RiskCategory,
    RiskStatus,
    Signal,
    Treatment,
)
from orchflow.risks.tables.topic import TOPIC

__all__ = [
    "TOPIC", "AiActClass", "Incident", "NistFunction", "Outcome", "Risk", "RiskCategory", "RiskReview", "RiskStatus", "Severity",
    "Signal", "Treatment",
]  # fmt: skip
