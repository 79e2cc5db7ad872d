"""Who has done the trainings that are required of them, and how far the skills that people have are from those that they need."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from orchflow.enablement.skills import SkillAssessmentRow, SkillRequirementRow
from orchflow.enablement.tables import AssessedBy, TrainingResult
from orchflow.enablement.trainings import TrainingCompletionRow, TrainingRow


@dataclass(frozen=True)
class TrainingStanding:
    """A training: of whom it is required, and who of them has done it so that it still holds; `lapsed` did it too long ago."""

    training: TrainingRow
    required: frozenset[int]
    done: frozenset[int]
    lapsed: frozenset[int]


@dataclass(frozen=True)
class SkillStanding:
    """A skill that somebody needs: by person the level needed, and that found where there is one."""

    skill: str
    needed: Mapping[int, int]
    found: Mapping[int, int] = field(default_factory=dict)

    @property
    def gaps(self) -> dict[int, int]:
        """By person who was assessed the levels that are missing, never below 0: more than is needed makes up for nobody else."""
        return {
            person: max(level - self.found[person], 0)
            for person, level in self.needed.items()
            if person in self.found
        }

    @property
    def assessed(self) -> frozenset[int]:
        """Who was assessed of those who need it."""
        return frozenset(self.gaps)

    @property
    def lacking(self) -> frozenset[int]:
        """Who was found to lack a level."""
        return frozenset(person for person, gap in self.gaps.items() if gap)


def training_standing(
    trainings: Iterable[TrainingRow], completions: Iterable[TrainingCompletionRow], roles: Mapping[int, str | None],
    lines: Mapping[str, Collection[str]], today: date,
) -> list[TrainingStanding]:  # fmt: skip
    """How each training stands on `today`.

    `roles` are the people meant with their job roles, `lines` the lines of required training of each job role. One that was
    failed is not done; the latest day counts.
    """
    latest: dict[tuple[int, int], date] = {}
    for row in completions:
        if row.result != TrainingResult.FAILED and row.day <= today:
            at = (row.training_id, row.person_id)
            latest[at] = max(row.day, latest.get(at, row.day))
    standing = []
    for training in trainings:
        named = {
            role
            for role, told in lines.items()
            if training.name.casefold() in {line.casefold() for line in told}
        }
        wanted = named | set(training.job_roles)
        required = frozenset(
            person
            for person, role in roles.items()
            if training.everybody or (role is not None and role in wanted)
        )
        days = {person: latest[training.id, person] for person in required if (training.id, person) in latest}
        done = {person for person, day in days.items() if _holds(day, training.valid_months, today)}
        standing.append(TrainingStanding(training, required, frozenset(done), frozenset(days.keys() - done)))
    return standing


def _holds(day: date, months: int | None, today: date) -> bool:
    """Whether what was done on a day holds today: until the same day so many months later, or the last of that month."""
    if months is None:
        return True
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return today < date(day.year + year, month + 1, min(day.day, last))


def skill_standing(
    requirements: Iterable[SkillRequirementRow], assessments: Iterable[SkillAssessmentRow],
    roles: Mapping[int, str | None], today: date,
) -> list[SkillStanding]:  # fmt: skip
    """How each skill that is needed stands on `today`: the assessor's latest level, else one's own latest."""
    found: dict[tuple[str, int], tuple[bool, date, int]] = {}
    for row in assessments:
        if row.day <= today:
            at = (row.skill.casefold(), row.person_id)
            told = (row.assessed_by == AssessedBy.ASSESSOR, row.day, row.level)
            found[at] = max(told, found.get(at, told))
    needed: dict[str, tuple[str, dict[int, int]]] = {}
    for wanted in requirements:
        _, people = needed.setdefault(wanted.skill.casefold(), (wanted.skill, {}))
        for person, role in roles.items():
            if role == wanted.job_role:
                people[person] = max(wanted.level, people.get(person, 0))
    return [
        SkillStanding(
            name, people, {person: found[key, person][2] for person in people if (key, person) in found}
        )
        for key, (name, people) in sorted(needed.items())
        if people
    ]
