"""Skills as they are kept: the levels that job roles need, and those that people have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.enablement.own_rows import OwnRows
from orchflow.enablement.tables import AssessedBy, SkillAssessment, SkillRequirement
from orchflow.errors import Problem
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules

if TYPE_CHECKING:
    SkillRequirementRow: TypeAlias = SkillRequirement
    SkillAssessmentRow: TypeAlias = SkillAssessment
else:
    SkillRequirementRow = row_type("SkillRequirementRow", SkillRequirement, __name__)
    SkillAssessmentRow = row_type("SkillAssessmentRow", SkillAssessment, __name__)


class _Requirements(Rules):
    """Capitals do not tell skills apart."""

    any_case = frozenset({"skill"})


class _Assessments(OwnRows):
    """What others found is theirs to write."""

    any_case = frozenset({"skill"})

    def for_new(self, values: dict[str, Any]) -> list[Problem]:
        if (
            not self.actor.may(self.entity.edit)
            and values.get("assessed_by", AssessedBy.SELF) != AssessedBy.SELF
        ):
            return [
                Problem(
                    None, self.entity.name, "what an assessor found is written down by those who keep skills"
                )
            ]
        return super().for_new(values)

    def not_allowed(self, row: Any, values: Mapping[str, Any]) -> list[Problem]:
        if not self.actor.may(self.entity.edit) and row.assessed_by != AssessedBy.SELF:
            return [
                Problem(None, name, "what an assessor found is changed by those who keep skills")
                for name in values
            ]
        return super().not_allowed(row, values)


SKILL_REQUIREMENTS = Entity(
    SkillRequirement,
    SkillRequirementRow,
    "The level of each skill that a job role needs, from 0 to 4.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.INPUTS_EDIT,
    order=(SkillRequirement.job_role, SkillRequirement.skill),
    known_by=("skill", "job_role"),
    rules=_Requirements,
)
SKILL_ASSESSMENTS = Entity(
    SkillAssessment,
    SkillAssessmentRow,
    "The level of a skill that somebody had on a day, by themselves or by an assessor.",
    view=Permission.PERSON_FIGURES,
    edit=Permission.INPUTS_EDIT,
    view_own=Permission.INSIGHTS_VIEW,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.PLAN_EDIT_OWN,
    owner="person_id",
    own_words="Only whose it is",
    order=(SkillAssessment.day, SkillAssessment.id),
    known_by=("skill", "person_id", "assessed_by", "day"),
    rules=_Assessments,
)
