"""Skills: the level that a job role needs, and the level that somebody has."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.enablement.tables.topic import TOPIC, person_field
from orchflow.inputs.columns import LONGEST_NAME
from orchflow.people.job_roles import role_names
from orchflow.people.tables import User
from orchflow.store.columns import field, text_enum
from orchflow.store.tables import Base, Tracked

HIGHEST: Final = 4
LEVELS: Final = "0 none, 1 knows of it, 2 does it with help, 3 does it alone, 4 teaches it."


class AssessedBy(StrEnum):
    """Who says so."""

    SELF = "self"
    ASSESSOR = "assessor"


def _level(about: str, **more: Any) -> dict[str, Any]:
    return field("Level", least=0, most=HIGHEST, example=3, about=f"{about}: {LEVELS}", **more)


_SKILL: Final = {"example": "Prompting", "about": "What the skill is called; capitals do not matter."}


class SkillRequirement(Tracked, Base):
    """The level of a skill that a job role needs."""

    __tablename__ = "skill_requirement"
    __topic__ = TOPIC
    __undo__ = "inputs.edit"
    __called__ = "skill"
    __table_args__ = (sa.UniqueConstraint("skill", "job_role"), {"sqlite_autoincrement": True})

    skill: Mapped[str] = mapped_column(sa.String(LONGEST_NAME), info=field("Skill", **_SKILL))
    job_role: Mapped[str] = mapped_column(
        sa.String(64),
        info=field("Job role", among=role_names, example="backend_engineer", about="Who needs it."),
    )
    level: Mapped[int] = mapped_column(info=_level("The level that is needed"))


class SkillAssessment(Tracked, Base):
    """The level of a skill that somebody had on a day. People's data: read as completions are."""

    __tablename__ = "skill_assessment"
    __topic__ = TOPIC
    __undo__ = "inputs.edit"
    __called__ = "skill"
    __table_args__ = (
        sa.UniqueConstraint("skill", "person_id", "assessed_by", "day"),
        {"sqlite_autoincrement": True},
    )

    skill: Mapped[str] = mapped_column(sa.String(LONGEST_NAME), info=field("Skill", **_SKILL))
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=person_field("Whose level it is.")
    )
    level: Mapped[int] = mapped_column(info=_level("The level that was found", own=True))
    assessed_by: Mapped[AssessedBy] = mapped_column(
        text_enum(AssessedBy), default=AssessedBy.SELF,
        info=field("Assessed by", fixed="once", about="Oneself, or somebody else, who counts before oneself."),
    )  # fmt: skip
    day: Mapped[date] = mapped_column(
        info=field("Day", own=True, example="2026-11-20", about="The day of which it is.")
    )
