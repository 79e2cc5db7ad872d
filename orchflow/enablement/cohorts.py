"""Cohorts: those who ran an agent for the first time in the same week, and how many of them did so in each week since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.people.told_groups import enough

WEEK = timedelta(7)
LEAST = 4 * SMALLEST_GROUP
"""Of so many people a cohort is told: what can be said of a smaller one is too rough."""


@dataclass(frozen=True)
class Cohort:
    """Those whose first run was in the weeks from `first` to `last`, by their Mondays; of one week both are the same.

    `retained` has one entry for each week after the first that was reached: how many of them ran then (None: it is not told, but
    `most` says whether it is all but fewer than five or so few themselves). The last one goes on where `open`. Members never
    change: who left later stays.
    """

    first: date
    last: date
    size: int
    retained: tuple[int | None, ...]
    open: bool = False
    most: tuple[bool, ...] = ()

    def bound(self, age: int) -> float | None:
        """Of a week that is not told the share that is not reached, or where it is of `most` the one that is."""
        if age >= len(self.retained) or self.retained[age] is not None or not self.most:
            return None
        few = SMALLEST_GROUP if not self.most[age] else self.size - SMALLEST_GROUP + 1
        return few / self.size

    def share(self, age: int) -> float | None:
        """The share that ran `age` weeks after their first; None where that is not reached, or not told."""
        if age >= len(self.retained) or not self.size:
            return None
        part = self.retained[age]
        return None if part is None else part / self.size


def cohorts(rows: Iterable[tuple[date, date, int]], today: date) -> list[Cohort]:
    """Cohorts of (week of the first run, week, how many of them ran in it), weeks by their Mondays; the oldest first."""
    found: dict[date, dict[date, int]] = {}
    for first, week, people in rows:
        found.setdefault(first, {})[week] = people
    running = today - timedelta(today.weekday())
    made = []
    for first, weeks in sorted(found.items()):
        reached = (running - first).days // 7
        if reached < 0:
            continue
        retained = tuple(weeks.get(first + WEEK * age, 0) for age in range(reached + 1))
        made.append(Cohort(first, first, weeks.get(first, 0), retained, open=True))
    return made


def retention(all_of: Sequence[Cohort], age: int) -> float | None:
    """The share of all members, of cohorts that have been through that week, who ran in it: weighted by people, not by cohorts."""
    reached = [
        cohort for cohort in all_of if cohort.size and age < len(cohort.retained) - (1 if cohort.open else 0)
    ]
    whole = sum(cohort.size for cohort in reached)
    parts = [cohort.retained[age] for cohort in reached]
    if not whole or any(part is None for part in parts):
        return None
    return sum(part or 0 for part in parts) / whole


def told_cohorts(all_of: Sequence[Cohort], *, everything: bool) -> list[Cohort]:
    """The cohorts as they are told: those of weeks that follow each other together until they are of twenty people.

    What is left at the end is not told until it is of as many, and no week that still runs is: it would tell who comes from day to
    day. A cell is told where it is of enough people, and what it leaves of its
    cohort too.
    """
    if everything:
        return list(all_of)
    together: list[Cohort] = []
    for cohort in (_over(cohort) for cohort in all_of if cohort.size and _over(cohort).retained):
        if together and together[-1].size < LEAST:
            together[-1] = _with(together[-1], cohort)
        else:
            together.append(cohort)
    return [
        replace(
            cohort,
            retained=tuple(
                part if age == 0 or (part is not None and enough(part, cohort.size)) else None
                for age, part in enumerate(cohort.retained)
            ),
            most=tuple((part or 0) > cohort.size / 2 for part in cohort.retained),
        )
        for cohort in together
        if cohort.size >= LEAST
    ]


def _over(cohort: Cohort) -> Cohort:
    """Without the week that still runs."""
    return replace(cohort, retained=cohort.retained[:-1], open=False) if cohort.open else cohort


def _with(one: Cohort, other: Cohort) -> Cohort:
    """Two as one: of ages that both have reached."""
    retained = tuple((a or 0) + (b or 0) for a, b in zip(one.retained, other.retained, strict=False))
    return Cohort(one.first, other.last, one.size + other.size, retained, one.open or other.open)
