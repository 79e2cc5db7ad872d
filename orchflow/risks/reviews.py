"""Reviews of risks. The latest of a risk is what the register has, and moves the days of the last and the next review."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
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
MOVES = (*ASSESSED, "next_review")
"""What the register has of its latest review, beside its day."""


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
        problems += self._may_review(value("risk_id"), value("by_id"))
        if row is not None and not problems and values.keys() & {"day", *MOVES}:
            self._corrected.setdefault(row.risk_id, {})[row.id] = row.day
        return problems

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
        latest = self._latest(row.risk_id)
        if latest is not None and latest.id == row.id:
            self._move(row.risk_id, latest)

    def finish(self) -> None:
        """And what it found as it is corrected now."""
        super().finish()
        for risk_id, corrected in self._corrected.items():
            latest = self._latest(risk_id)
            if latest is not None and (latest.id in corrected or max(corrected.values()) > latest.day):
                self._move(risk_id, latest)

    def settle(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Where the latest review is gone the register has what the one before it found. Where none is left it keeps its assessment,
        which nothing else tells, and was not reviewed."""
        gone: dict[int, set[Any]] = {}
        for row in rows:
            if row.get("risk_id"):
                gone.setdefault(row["risk_id"], set()).add(row["day"])
        for risk_id, days in gone.items():
            risk, latest = self.session.get(Risk, risk_id), self._latest(risk_id)
            if risk is None:
                continue
            if latest is None:
                if risk.last_review in days:
                    risk.last_review = None
            elif (
                risk.last_review is None
                or risk.last_review < latest.day
                or (risk.last_review in days and risk.last_review != latest.day)
            ):
                self._move(risk_id, latest)
        self.session.flush()

    @cached_property
    def _corrected(self) -> dict[int, dict[int, date]]:
        """By risk the reviews that the save corrects in what the register has of them, with their days as they were."""
        return {}

    def _latest(self, risk_id: int) -> RiskReview | None:
        of_risk = sa.select(RiskReview).where(RiskReview.risk_id == risk_id)
        return self.session.scalar(of_risk.order_by(RiskReview.day.desc()).limit(1))

    def _move(self, risk_id: int, review: RiskReview) -> None:
        risk = self.session.get(Risk, risk_id)
        if risk is None:
            return
        found = {name: getattr(review, name) for name in MOVES} | {"last_review": review.day}
        for name, value in found.items():
            if getattr(risk, name) != value:
                setattr(risk, name, value)
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
