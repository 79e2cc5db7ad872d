"""What figures of adoption and enablement are counted from: who holds a seat and what they did, trainings, skills and purchases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa

from orchflow.enablement.activation import Activation, activation
from orchflow.enablement.seats import SEAT_PURCHASES, SeatPurchaseRow
from orchflow.enablement.skills import SKILL_ASSESSMENTS, SKILL_REQUIREMENTS
from orchflow.enablement.standing import SkillStanding, TrainingStanding, skill_standing, training_standing
from orchflow.enablement.trainings import TRAINING_COMPLETIONS, TRAININGS
from orchflow.metrics.queries import rows
from orchflow.people.job_roles import job_roles
from orchflow.people.permissions import SYSTEM
from orchflow.people.tables import User
from orchflow.people.told_groups import steps_told
from orchflow.workspace import Workspace

HABIT: Final = 8
"""Days of the last 28 on which somebody ran agents who has the habit."""
FUNNEL: Final = {
    "seats": "Seat", "ever": "Ever ran an agent", "active": "Active in 28 days", "habitual": "Habit", "builders": "Ran one on its first day",
}  # fmt: skip
"""The steps, each of people of the step before."""


@dataclass(frozen=True)
class Holder:
    """Who holds a seat: the person here (None: nobody is linked), and what they did until today."""

    user_id: str
    person_id: int | None
    job_role: str | None
    teams: tuple[str, ...]
    seat_day: date | None
    first_run: date | None
    last_run: date | None
    days_active: int
    ran_in_week: bool
    ran_yesterday: bool
    builder: bool


class EnablementFacts:
    """Of one workspace on one day. It knows single people: who reads figures of it tells them by the rule of small groups."""

    def __init__(self, ws: Workspace, today: date) -> None:
        self._ws, self.today = ws, today

    @cached_property
    def holders(self) -> tuple[Holder, ...]:
        """Who holds a seat."""
        params = {"today": self.today, "zone": self._ws.zone.key}
        found: list[dict[str, Any]] = rows(self._ws.warehouse, "seat_holders", params)
        return tuple(Holder(**(row | {"teams": tuple(row["teams"])})) for row in found)

    @cached_property
    def steps(self) -> dict[str, frozenset[str]]:
        """The holders of each step of the funnel, each within the one before."""
        seats = frozenset(one.user_id for one in self.holders)
        ever = frozenset(one.user_id for one in self.holders if one.first_run is not None)
        active = frozenset(one.user_id for one in self.holders if one.days_active)
        habitual = frozenset(one.user_id for one in self.holders if one.days_active >= HABIT)
        builders = frozenset(one.user_id for one in self.holders if one.builder) & habitual
        return dict(zip(FUNNEL, (seats, ever, active, habitual, builders), strict=True))

    @cached_property
    def steps_told(self) -> dict[str, int | None]:
        """How many are of each step, as far as one may stand beside the others; seats and those active are figures of their own."""
        sizes = [len(step) for step in self.steps.values()]
        return dict(zip(FUNNEL, steps_told(sizes, first=[0, 2]), strict=True))

    @cached_property
    def activation(self) -> Activation:
        """How long holders took to their first run."""
        return activation([(one.seat_day, one.first_run) for one in self.holders], self.today)

    @cached_property
    def purchases(self) -> Sequence[SeatPurchaseRow]:
        """The seats that are or were paid for."""
        return SEAT_PURCHASES.list(self._ws.store, SYSTEM)

    @cached_property
    def roles(self) -> Mapping[int, str | None]:
        """The people of whom trainings and skills may be required, with their job roles: who has one, or a seat."""
        with self._ws.store.read() as session:
            people = session.execute(sa.select(User.id, User.job_role).where(User.active)).all()
        seated = {one.person_id for one in self.holders}
        return {row.id: row.job_role for row in people if row.job_role is not None or row.id in seated}

    @cached_property
    def trainings(self) -> list[TrainingStanding]:
        """How every training stands."""
        store = self._ws.store
        lines = {key: role.training for key, role in job_roles(store).items()}
        return training_standing(
            TRAININGS.list(store, SYSTEM), TRAINING_COMPLETIONS.list(store, SYSTEM), self.roles, lines, self.today
        )  # fmt: skip

    @cached_property
    def skills(self) -> list[SkillStanding]:
        """How every skill that is needed stands."""
        store = self._ws.store
        return skill_standing(
            SKILL_REQUIREMENTS.list(store, SYSTEM), SKILL_ASSESSMENTS.list(store, SYSTEM), self.roles, self.today
        )  # fmt: skip
