"""What is missing of required trainings and needed skills, as it may be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchflow.enablement.standing import SkillStanding, TrainingStanding
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.people.told_groups import rows_told


@dataclass(frozen=True)
class TrainingLine:
    """A training that is required of somebody: of how many, how many have done it, of how many it is due again (None: not told)."""

    name: str
    required: int
    done: int | None
    lapsed: int | None
    minutes: int | None
    link: str | None

    @property
    def hours_missing(self) -> float | None:
        """The hours that those who have not done it will need."""
        if self.done is None or self.minutes is None:
            return None
        return (self.required - self.done) * self.minutes / 60


@dataclass(frozen=True)
class SkillLine:
    """A skill that somebody needs: by how many, how many were assessed, how many of them lack levels, and how many levels in the mean."""

    name: str
    needed: int
    assessed: int | None
    lacking: int | None
    gap: float | None


def training_lines(standing: Sequence[TrainingStanding], *, everything: bool) -> tuple[TrainingLine, ...]:
    """The trainings that are required of enough people to be told, those that most are still to do first."""
    wanted = {one.training.id: one for one in standing if one.required}
    shown = {at: one for at, one in wanted.items() if everything or len(one.required) >= SMALLEST_GROUP}
    done = rows_told({at: (one.done, one.required) for at, one in wanted.items()}, everything=everything)
    lines = [
        TrainingLine(
            one.training.name, len(one.required), done[at], len(one.lapsed) if everything else None,
            one.training.minutes, one.training.link,
        )
        for at, one in shown.items()
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: ((line.done or 0) - line.required, line.name)))


def skill_lines(standing: Sequence[SkillStanding], *, everything: bool) -> tuple[SkillLine, ...]:
    """The skills that enough people need to be told, the widest gaps first."""
    shown = [one for one in standing if everything or len(one.needed) >= SMALLEST_GROUP]
    assessed = rows_told(
        {one.skill: (one.assessed, frozenset(one.needed)) for one in standing}, everything=everything
    )
    lacking = rows_told({one.skill: (one.lacking, one.assessed) for one in standing}, everything=everything)
    lines = []
    for one in shown:
        gaps, told = one.gaps, lacking[one.skill]
        lines.append(
            SkillLine(
                one.skill, len(one.needed), assessed[one.skill], told if gaps else None,
                sum(gaps.values()) / len(gaps) if gaps and told is not None else None,
            )
        )  # fmt: skip
    return tuple(sorted(lines, key=lambda line: (-(line.gap or 0), line.name)))
