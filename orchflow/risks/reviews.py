"""Reviews of risks. The latest of a risk is what the register has, and moves the days of the last and the next review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa

from orchflow.errors import Problem
from orchflow.people.permissions import Permission
from orchflow.risks.assessments import not_yet, wrong_residual
from orchflow.risks.tables import Risk, RiskReview
from orchflow.store.entity import Entity
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules

if TYPE_CHECKING:
    RiskReviewRow: TypeAlias = RiskReview
else:
    RiskReviewRow = row_type("RiskReviewRow", RiskReview, __name__)

QUARTER = timedelta(days=91)
"""After so long a risk is reviewed again where the review says nothing else."""
ASSESSED = ("likelihood", "impact", "residual_likelihood", "residual_impact")


class _ReviewRules(Rules):
    """A review has happened, is of a risk that its writer may review, and takes from the risk what it does not say."""

    def complete(self, values: dict[str, Any]) -> None:
        if values.get("by_id") is None:
            values["by_id"] = self.actor.user_id
        if values.get("next_review") is None:
            values["next_review"] = values["day"] + QUARTER
        risk = self.session.get(Risk, values["risk_id"])
        if risk is None:
            return
        for pair in (ASSESSED[:2], ASSESSED[2:]):
            if pair == ASSESSED[:2] or all(values.get(name) is None for name in pair):
                values |= {name: getattr(risk, name) for name in pair if values.get(name) is None}

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = [*super().problems(row, value, values), *wrong_residual(self.entity, value)]
        problems += not_yet(self.session, "day", values.get("day"))
        return [*problems, *self._may_review(value("risk_id"), value("by_id"))]

    def _may_review(self, risk_id: int, by_id: int | None) -> list[Problem]:
        if self.actor.may(self.entity.edit):
            return []
        if by_id != self.actor.user_id:
            return [Problem(None, "by_id", "only a manager writes down the reviews of others")]
        risk = self.session.get(Risk, risk_id)
        if risk is not None and risk.owner_id == self.actor.user_id:
            return []
        return [Problem(None, "risk_id", "only its owner or a manager reviews a risk: ask one of them")]

    def written(self, row: Any) -> None:
        """The register has what its latest review found."""
        super().written(row)
        later = sa.select(RiskReview.id).where(RiskReview.risk_id == row.risk_id, RiskReview.day > row.day)
        risk = self.session.get(Risk, row.risk_id)
        if risk is None or self.session.scalar(later.limit(1)) is not None:
            return
        for name in (*ASSESSED, "next_review"):
            if getattr(risk, name) != getattr(row, name):
                setattr(risk, name, getattr(row, name))
        if risk.last_review != row.day:
            risk.last_review = row.day
        self.session.flush()


RISK_REVIEWS = Entity(
    RiskReview,
    RiskReviewRow,
    "Who looked at a risk on which day, and how they assessed it.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.INPUTS_EDIT,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.PLAN_EDIT_OWN,
    owner="by_id",
    order=(RiskReview.day, RiskReview.id),
    span=("day", "next_review"),
    rules=_ReviewRules,
    own_words="Only who reviewed",
    known_by=("risk_id", "day"),
    called_by="day",
)
