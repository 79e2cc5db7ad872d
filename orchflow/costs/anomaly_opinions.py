"""What people say of anomalies: expected, planned, not useful. It is kept, and the same scope and days do not ring again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.costs.tables import AnomalyOpinion, AnomalyScope
from orchflow.errors import Problem
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules

if TYPE_CHECKING:
    AnomalyOpinionRow: TypeAlias = AnomalyOpinion
else:
    AnomalyOpinionRow = row_type("AnomalyOpinionRow", AnomalyOpinion, __name__)


class _OpinionRules(Rules):
    """An opinion is of at least a day, and of a value wherever it is not of the workspace."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        whole = value("scope") in (None, AnomalyScope.WORKSPACE)
        if not whole and not value("value"):
            problems.append(Problem(None, "value", f"must say which {value('scope')}"))
        if whole and value("value"):
            problems.append(Problem(None, "value", "must be empty for the workspace"))
        if value("valid_to") <= value("valid_from"):
            problems.append(
                Problem(None, "valid_to", f"must be later than {value('valid_from')}, the first day")
            )
        return problems


ANOMALY_OPINIONS = Entity(
    AnomalyOpinion,
    AnomalyOpinionRow,
    "What somebody says of the cost of a scope on some days: it was expected, planned, or hearing of it was of no use.",
    view=Permission.PERSON_FIGURES,
    edit=Permission.COSTS_EDIT,
    order=(AnomalyOpinion.valid_from.desc(), AnomalyOpinion.id.desc()),
    rules=_OpinionRules,
)
