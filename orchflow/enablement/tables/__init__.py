"""The tables of enablement: what people keep of trainings, skills and seats, and who helps others. Every one keeps a history."""

from __future__ import annotations

from orchflow.enablement.tables.seats import Champion, SeatPurchase
from orchflow.enablement.tables.skills import AssessedBy, SkillAssessment, SkillRequirement
from orchflow.enablement.tables.trainings import Training, TrainingCompletion, TrainingResult

__all__ = [
    "AssessedBy", "Champion", "SeatPurchase", "SkillAssessment", "SkillRequirement", "Training", "TrainingCompletion", "TrainingResult",
]  # fmt: skip
