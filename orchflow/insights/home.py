"""Home: where the plan and the platform stand, what changed, what to do next.

It is made of three parts, each as fresh as what it is read from: the data (the same for all of a role), the plan (the same
for all), and what is one reader's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from orchflow.insights.agents import statuses
from orchflow.insights.beginnings import Beginnings, beginnings
from orchflow.insights.changes import News, changes, first_times, plan_changes
from orchflow.insights.cost import cost_by_day, cost_by_value
from orchflow.insights.data_steps import data_steps
from orchflow.insights.guidance_steps import guidance_steps
from orchflow.insights.plan_steps import plan_steps
from orchflow.insights.sprint_now import SprintAhead, SprintNow, sprint_now
from orchflow.insights.step import URGENCIES, Step
from orchflow.insights.way import Way, way
from orchflow.metrics.coverage import Coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import month_to_date
from orchflow.metrics.health import Status
from orchflow.metrics.metric import Figure
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import figures
from orchflow.metrics.strips import STRIPS
from orchflow.metrics.time_to_value import journey_day
from orchflow.people.permissions import Actor, Permission, Role
from orchflow.planning.names import PlanNames, plan_names
from orchflow.workspace import Workspace

OF_DATA = STRIPS["home/data"]
OF_PLAN = STRIPS["home/plan"]
OF_BOTH = (*OF_DATA[:5], "progress")
"""Six each: no card stands alone in a row of six, three or two."""


@dataclass(frozen=True)
class DataPart:
    """What cost, runs and agents say to a role; `withheld` is what it is not told of small groups."""

    figures: tuple[Figure, ...]
    changes: tuple[News, ...]
    steps: tuple[Step, ...]
    statuses: dict[Status, int]
    cost_by_day: pd.DataFrame
    compared_with: str
    coverage: Coverage
    withheld: str


@dataclass(frozen=True)
class PlanPart:
    """What the plan says to everybody."""

    way: Way
    figures: tuple[Figure, ...]
    changes: tuple[News, ...]


@dataclass(frozen=True)
class OwnPart:
    """What the plan and the guidance ask of one reader, the sprint of their team, and what of the first day is left to them."""

    steps: tuple[Step, ...]
    sprint: SprintNow | SprintAhead | None
    beginnings: Beginnings


@dataclass(frozen=True)
class HomeReport:
    """Everything on Home for `role`; `plan` is None while there is none."""

    role: Role
    journey_day: int | None
    data: DataPart
    plan: PlanPart | None
    own: OwnPart
    computed_at: datetime

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Six figures, of what there is: the platform, the plan, or both."""
        known = {figure.key: figure for figure in self.data.figures}
        if self.plan is None:
            return self.data.figures
        known |= {figure.key: figure for figure in self.plan.figures}
        return tuple(known[key] for key in (OF_PLAN if self.data.coverage.empty else OF_BOTH))

    @property
    def changes(self) -> tuple[News, ...]:
        """What changed in the data, then in the plan."""
        return (*self.data.changes, *(self.plan.changes if self.plan else ()))

    @property
    def steps(self) -> tuple[Step, ...]:
        """What to do next, the most urgent first; who works on tasks sees their own before all."""
        steps = (*self.own.steps, *self.data.steps)
        return tuple(
            sorted(steps, key=lambda step: (self._own_first and not step.mine, URGENCIES.index(step.urgency)))
        )

    @property
    def do_first(self) -> bool:
        """Whether what to do comes before the figures: something is broken that this reader can mend, or is theirs."""
        if self._own_first:
            return any(step.mine for step in self.steps)
        return self.role is Role.ADMIN and any(step.urgency == "broken" for step in self.steps)

    @property
    def nothing_yet(self) -> bool:
        """Whether there is neither a plan nor data."""
        return self.plan is None and self.data.coverage.empty

    @property
    def _own_first(self) -> bool:
        return self.role is Role.MEMBER


def home_report(ws: Workspace, actor: Actor, now: datetime, privacy: Privacy) -> HomeReport:
    """Home for `actor` at the instant `now`: this month against the same part of the last."""
    facts = home_facts(ws, actor, now, privacy)
    names = plan_names(ws.store, actor)
    plan = plan_part(facts, names)
    return HomeReport(
        actor.role,
        journey_day(ws.start_date, facts.today),
        data_part(facts),
        plan,
        own_part(facts, names, plan),
        now,
    )


def home_facts(ws: Workspace, actor: Actor, now: datetime, privacy: Privacy) -> Facts:
    """The facts that Home is read from: those of this month."""
    actor.require(Permission.INSIGHTS_VIEW)
    return Facts(ws, actor, month_to_date(now.astimezone(ws.zone).date()), privacy=privacy, now=now)


def data_part(facts: Facts) -> DataPart:
    """What cost, runs and agents say."""
    return DataPart(
        figures=figures(facts, OF_DATA),
        changes=(*changes(facts), *first_times(facts.milestones, facts.names, facts.filters.start)),
        steps=tuple(data_steps(facts)),
        statuses=statuses(facts.agents),
        cost_by_day=cost_by_day(facts, "provider", cost_by_value(facts, "provider")["value"]),
        compared_with=facts.comparison.in_words("usage_lines"),
        coverage=facts.reach,
        withheld=facts.withheld,
    )


def plan_part(facts: Facts, names: PlanNames) -> PlanPart | None:
    """What the plan says; None while there is nothing in it."""
    stands = way(facts, names)
    if stands is None:
        return None
    return PlanPart(stands, figures(facts, OF_PLAN), tuple(plan_changes(facts)))


def own_part(facts: Facts, names: PlanNames, plan: PlanPart | None) -> OwnPart:
    """What is the reader's own."""
    milestone = plan.way.milestone if plan else None
    steps = (*plan_steps(facts, milestone), *guidance_steps(facts))
    return OwnPart(steps, sprint_now(facts, names), beginnings(facts))
