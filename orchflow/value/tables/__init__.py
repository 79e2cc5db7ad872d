"""The tables of value: everything about it that people keep and no source delivers. Every one keeps a history."""

from __future__ import annotations

from orchflow.value.tables.assumptions import Assumption, AssumptionKind
from orchflow.value.tables.benefits import Benefit, BenefitKind, Due, Grade
from orchflow.value.tables.use_cases import BaselinePoint, EffortSize, Stage, UseCase, WorkBaseline

__all__ = [
    "Assumption",
    "AssumptionKind",
    "BaselinePoint",
    "Benefit",
    "BenefitKind",
    "Due",
    "EffortSize",
    "Grade",
    "Stage",
    "UseCase",
    "WorkBaseline",
]  # fmt: skip
