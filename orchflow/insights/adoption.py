"""Adoption and enablement: who uses the seats, who stayed, by team and job role, and what people were to learn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias

import pandas as pd

from orchflow.enablement.cohorts import Cohort, cohorts, retention, told_cohorts
from orchflow.insights.gaps import SkillLine, TrainingLine, skill_lines, training_lines
from orchflow.metrics.enablement_facts import FUNNEL
from orchflow.metrics.facts import Facts
from orchflow.metrics.metric import Figure
from orchflow.metrics.queries import rows
from orchflow.metrics.read import figures
from orchflow.metrics.strips import STRIPS
from orchflow.people.job_roles import job_roles
from orchflow.people.small_groups import SMALLEST_GROUP, WITHHELD
from orchflow.people.told_groups import IN_STEPS, groups_told, in_fives

GroupedBy: TypeAlias = Literal["job_role", "team"]
NOBODY: Mapping[GroupedBy, str] = {"job_role": "No job role", "team": "No team"}
LINES = {"seats": "Seats", "monthly": "In 28 days", "weekly": "In 7 days", "daily": "In the day"}
CAME = {"new": "New", "retained": "Stayed", "reactivated": "Came back", "lapsed": "Stopped"}


@dataclass(frozen=True)
class Step:
    """A step of the funnel; `people` None where it is not told beside the others."""

    label: str
    people: int | None
    whole: int


@dataclass(frozen=True)
class GroupLine:
    """A team or a job role: its seats, how many of them were active in 28 days, and for how many it is a habit. None: not told."""

    name: str
    seats: int
    active: int | None
    habitual: int | None


@dataclass(frozen=True)
class AdoptionReport:
    """Everything on the Adoption screen.

    `days`: day, what, people (none where it is not told), of every day since there are runs; `months`: month, what, people, those who stopped below 0. Where figures
    of few people are withheld, both are told in fives. `retained` is by weeks since the first run, of all cohorts.
    `groups` has only those divisions of people that are told.
    """

    figures: tuple[Figure, ...]
    seats: tuple[Figure, ...]
    days: pd.DataFrame
    months: pd.DataFrame
    funnel: tuple[Step, ...]
    cohorts: tuple[Cohort, ...]
    retained: tuple[float | None, ...]
    groups: Mapping[GroupedBy, tuple[GroupLine, ...]]
    trainings: tuple[TrainingLine, ...]
    skills: tuple[SkillLine, ...]
    computed_at: datetime
    withheld: str


def adoption_report(facts: Facts) -> AdoptionReport:
    """As of now, its days those of the period."""
    known, people = facts.enablement, facts.privacy.people
    told = told_cohorts(_cohorts(facts), everything=people)
    return AdoptionReport(
        figures=figures(facts, STRIPS["adoption"], trends=False),
        seats=figures(facts, STRIPS["adoption/seats"], trends=False),
        days=_days(facts),
        months=_months(facts),
        funnel=_funnel(facts),
        cohorts=tuple(told),
        retained=_retained(told) if people else (),
        groups=_groups(facts),
        trainings=training_lines(known.trainings, everything=people),
        skills=skill_lines(known.skills, everything=people),
        computed_at=facts.now,
        withheld=""
        if people
        else f"{WITHHELD}; nor is what would leave so few. Counts over time: {IN_STEPS.lower()}.",
    )


def _days(facts: Facts) -> pd.DataFrame:
    first, last = facts.reach.runs_from, min(facts.filters.end, facts.today)
    empty = pd.DataFrame(columns=["day", "what", "people"])
    if first is None or max(first, facts.filters.start) > last:
        return empty
    params = {"start": max(first, facts.filters.start), "end": last, "zone": facts.ws.zone.key}
    found = rows(facts.warehouse, "active_users_daily", params)
    told = {key: [_over_time(facts, row[key]) for row in found] for key in LINES}
    lines = [
        {"day": row["day"], "what": LINES[key], "people": people}
        for key, of_days in told.items()
        if any(people is not None for people in of_days)
        for row, people in zip(found, of_days, strict=True)
    ]
    return pd.DataFrame(lines, columns=empty.columns).astype({"people": float})


def _over_time(facts: Facts, people: int) -> int | None:
    return people if facts.privacy.people else in_fives(people)


def _months(facts: Facts) -> pd.DataFrame:
    """By month: who came for the first time, stayed, came back, and (below 0) did not come any more."""
    lines: list[dict[str, Any]] = []
    before = 0
    for month, counts in _every_month(rows(facts.warehouse, "monthly_users", {"today": facts.today})):
        running = month == facts.today.replace(day=1)
        stopped = before - counts["retained"]
        for key, name in CAME.items():
            if key == "lapsed" and running:
                continue  # who has not come yet may still come
            told = _over_time(facts, stopped if key == "lapsed" else counts[key])
            if told:
                lines.append({"month": month, "what": name, "people": -told if key == "lapsed" else told})
        before = sum(counts.values())
    return pd.DataFrame(lines, columns=["month", "what", "people"])


def _every_month(found: Iterable[Mapping[str, Any]]) -> Iterator[tuple[date, dict[str, int]]]:
    """Each month from the first to the last, also one in which nobody ran an agent: those of the month before stopped in it."""
    following: date | None = None
    for row in found:
        while following is not None and following < row["month"]:
            yield following, {"new": 0, "retained": 0, "reactivated": 0}
            following = _next_month(following)
        yield row["month"], {key: row[key] for key in ("new", "retained", "reactivated")}
        following = _next_month(row["month"])


def _next_month(month: date) -> date:
    return (month + timedelta(32)).replace(day=1)


def _funnel(facts: Facts) -> tuple[Step, ...]:
    known = facts.enablement
    exact = {key: len(step) for key, step in known.steps.items()}
    told = exact if facts.privacy.people else known.steps_told
    return tuple(Step(label, told[key], told["seats"] or 0) for key, label in FUNNEL.items())


def _cohorts(facts: Facts) -> list[Cohort]:
    found = rows(facts.warehouse, "weekly_retention", {"today": facts.today})
    return cohorts(((row["first"], row["week"], row["people"]) for row in found), facts.today)


def _retained(of: Iterable[Cohort]) -> tuple[float | None, ...]:
    known = list(of)
    return tuple(retention(known, age) for age in range(max((len(one.retained) for one in known), default=0)))


def _groups(facts: Facts) -> dict[GroupedBy, tuple[GroupLine, ...]]:
    """Job roles and teams; where people are not seen only one of them, for two divisions of the same people uncover each other.

    Then it is job roles, of which everybody has one at most; teams only where nobody's job role is known.
    """
    steps, everything = facts.enablement.steps, facts.privacy.people
    if not everything and len(steps["seats"]) < SMALLEST_GROUP:
        return dict.fromkeys(NOBODY, ())
    roles_known = any(one.job_role for one in facts.enablement.holders)
    lines: dict[GroupedBy, tuple[GroupLine, ...]] = {}
    for by in NOBODY:
        if not everything and roles_known != (by == "job_role"):
            continue
        told = groups_told(_members(facts, by), [steps["active"], steps["habitual"]], everything=everything)
        named = [
            GroupLine("Small groups" if one.key is None else one.key, one.people, *one.parts) for one in told
        ]
        rest = ("Small groups", NOBODY[by])
        lines[by] = tuple(sorted(named, key=lambda line: (line.name in rest, -line.seats, line.name)))
    return lines


def _members(facts: Facts, by: GroupedBy) -> dict[str, frozenset[str]]:
    """The holders of each job role or team, by its name; who has none is in a group of their own."""
    roles = {key: role.name for key, role in job_roles(facts.ws.store).items()}
    groups: dict[str, set[str]] = {}
    for one in facts.enablement.holders:
        role = (roles.get(one.job_role, one.job_role),) if one.job_role else ()
        for name in (one.teams if by == "team" else role) or (NOBODY[by],):
            groups.setdefault(name, set()).add(one.user_id)
    return {name: frozenset(people) for name, people in groups.items()}
