"""The register of risks: what may be said of one, and who may change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa

from orchflow.errors import Problem
from orchflow.people.permissions import Permission
from orchflow.risks.assessments import not_yet, wrong_residual
from orchflow.risks.tables import Incident, Outcome, Risk, RiskStatus
from orchflow.store.entity import Entity
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules

if TYPE_CHECKING:
    RiskRow: TypeAlias = Risk
else:
    RiskRow = row_type("RiskRow", Risk, __name__)

_OF_CLOSED = {
    "outcome": "what became of it (prevented, occurred or no longer applies)",
    "closed_reason": "why it is closed",
}


class _RiskRules(Rules):
    """Controls do not make a risk worse, a closed one says why, and a review was not tomorrow."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = [*super().problems(row, value, values), *wrong_residual(self.entity, value)]
        if "last_review" in values:
            problems += not_yet(self.session, "last_review", values["last_review"])
        if value("agent") and value("system"):
            problems.append(
                Problem(None, "system", "must be empty beside an agent: a risk is about an agent or about a system")
            )  # fmt: skip
        return [*problems, *self._closing(row, value, values)]

    def _closing(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        closed = value("status") is RiskStatus.CLOSED
        if not closed:
            return [
                Problem(None, name, "is for closed risks: empty it, or set Status to closed")
                for name in _OF_CLOSED
                if value(name)
            ]
        problems = [
            Problem(None, name, f"must say {words}: the risk is closed")
            for name, words in _OF_CLOSED.items()
            if not value(name)
        ]
        claimed = value("outcome") is Outcome.PREVENTED and values.keys() & {"status", "outcome"}
        if row is not None and claimed and (incident := self._incident(row.id)):
            problems.append(
                Problem(None, "outcome", f"cannot be prevented: incident {incident} is of this risk; say occurred")
            )  # fmt: skip
        return problems

    def _incident(self, risk_id: int) -> int | None:
        return self.session.scalar(sa.select(sa.func.min(Incident.id)).where(Incident.risk_id == risk_id))


RISKS = Entity(
    Risk,
    RiskRow,
    "What could go wrong, how likely and how bad, before and after what is done about it.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.INPUTS_EDIT,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.INPUTS_EDIT,
    owner="owner_id",
    order=(Risk.id,),
    span=("last_review", "next_review"),
    rules=_RiskRules,
    own_words="Only its owner",
    known_by=("title", "agent", "system"),
    called_by="title",
)
