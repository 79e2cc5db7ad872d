"""The people of Northwind Claims: teams, job roles, habits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np

from orchflow.demo.columns import draw_uuids
from orchflow.demo.rows import records, rows
from orchflow.people.job_roles import SHIPPED
from orchflow.people.roles import Role

NAME = "Northwind Claims"
DOMAIN = "northwind-claims.example"
SignIn = Literal["admin", "manager", "analyst", "member", "viewer"]


@dataclass(frozen=True)
class Team:
    """One team: where it belongs and how many of each job role it has."""

    name: str
    organization: str
    description: str
    seats: dict[str, int]


_ROWS: dict[str, Any] = rows("organisation.yaml")
ORGANIZATIONS: dict[str, dict[str, str]] = _ROWS["organizations"]
TEAMS = records(Team, "organisation.yaml", "teams")
SIGN_INS: dict[tuple[str, str], SignIn] = {tuple(place): role for role, place in _ROWS["sign_ins"].items()}

Habit = Literal["daily", "weekly", "rare", "never"]
HABITS: tuple[Habit, ...] = ("daily", "weekly", "rare", "never")
HABIT_SHARES = (0.36, 0.38, 0.17, 0.09)
HABIT_CHANCE: dict[Habit, float] = {"daily": 0.86, "weekly": 0.36, "rare": 0.08, "never": 0.0}
"""The chance that a person of each habit uses agents at all on a working day."""


@dataclass(frozen=True)
class Person:
    """One employee; `position` is the place in the list that `people` returns."""

    position: int
    username: str
    display_name: str
    email: str
    job_role: str
    team: str
    organization: str
    platform_id: str
    habit: Habit
    joined: date
    left: bool = False
    sign_in: SignIn | None = None

    @property
    def role(self) -> Role:
        """What they may do in the product."""
        return Role(self.sign_in) if self.sign_in else SHIPPED[self.job_role].access


def people(seed: int, start: date) -> list[Person]:
    """Return the same 120 people for the same seed; accounts on the platform open within weeks of `start`."""
    rng = np.random.default_rng([seed, 1])
    seats = [(team, role) for team in TEAMS for role, count in team.seats.items() for _ in range(count)]
    size, first_names, last_names = len(seats), _ROWS["first_names"], _ROWS["last_names"]
    names = rng.choice(len(first_names) * len(last_names), size=size, replace=False)
    habits = rng.choice(len(HABITS), size=size, p=HABIT_SHARES)
    ids = draw_uuids(rng, size)
    joined = rng.integers(0, 30, size=size)
    leavers = set(rng.choice(np.arange(60, size - 30), size=2, replace=False).tolist())
    open_sign_ins = dict(SIGN_INS)
    everyone: list[Person] = []
    for position, (team, job_role) in enumerate(seats):
        first, last = divmod(int(names[position]), len(last_names))
        name = f"{first_names[first]} {last_names[last]}"
        address = name.lower().replace(" ", ".")
        sign_in = open_sign_ins.pop((team.name, job_role), None)
        pioneer = team.name in ("AI Platform", "Leadership")
        everyone.append(
            Person(
                position=position,
                username=sign_in or address,
                display_name=name,
                email=f"{address}@{DOMAIN}",
                job_role=job_role,
                team=team.name,
                organization=team.organization,
                platform_id=ids[position].tobytes().decode(),
                habit="daily" if pioneer or sign_in else HABITS[int(habits[position])],
                joined=start + timedelta(days=0 if pioneer else int(joined[position])),
                left=position in leavers and sign_in is None,
                sign_in=sign_in,
            )
        )
    return everyone
