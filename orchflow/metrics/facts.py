"""What figures are read from: whose eyes, which period, which part of the plan; every report behind it is made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from orchflow import clock
from orchflow.config.settings import Targets
from orchflow.guidance.progress import FlowProgress
from orchflow.ingest.quality import SourceQuality, source_quality
from orchflow.ingest.recording import Recording, recording
from orchflow.metrics.agent_states import AgentState, agent_states
from orchflow.metrics.budget_of import month_budget
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.comparison import Comparison, compare, compare_told
from orchflow.metrics.coverage import Coverage, coverage
from orchflow.metrics.enablement_facts import EnablementFacts
from orchflow.metrics.filters import Filters, period_in_words, window_of
from orchflow.metrics.guidance_facts import GuidanceFacts
from orchflow.metrics.kept_targets import KeptTargets, kept_targets
from orchflow.metrics.metric import Base, Number
from orchflow.metrics.names import Names, read_names
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.privacy import SMALL_GROUPS, Privacy
from orchflow.metrics.queries import row
from orchflow.metrics.read import lines
from orchflow.metrics.risk_facts import RiskFacts
from orchflow.metrics.scaling import Scaling
from orchflow.metrics.scaling_weeks import read_scaling
from orchflow.metrics.spending.spending import Spending
from orchflow.metrics.stretches import Stretches, read_stretches
from orchflow.metrics.time_to_value import Milestones, milestones
from orchflow.metrics.unconverted import MONEY, UnconvertedAmount, together, unconverted
from orchflow.metrics.unpriced import unpriced, unpriced_calls
from orchflow.metrics.unvalued import unvalued_lines
from orchflow.people.permissions import Actor
from orchflow.people.small_groups import TOGETHER, withheld_teams
from orchflow.planning.calendar import WorkingCalendar, read_calendar
from orchflow.planning.days import day_of, midnight
from orchflow.planning.flow.cumulative_flow import FlowReport, flow_report
from orchflow.planning.flow.scope import FlowScope, flow_steps
from orchflow.planning.sprints.burndown import Burndown, burndown_report
from orchflow.planning.sprints.current import current_sprint
from orchflow.planning.sprints.velocity import Velocity, velocity_report
from orchflow.planning.steps import NONE, Steps
from orchflow.planning.timeline.timeline import Timeline, timeline
from orchflow.planning.work.change_columns import of_figures
from orchflow.store.tables import Change
from orchflow.surveys.results import WaveResult, survey_results
from orchflow.surveys.tables import Audience
from orchflow.warehouse.database import Warehouse
from orchflow.workspace import Workspace

if TYPE_CHECKING:
    from orchflow.metrics.budget_standings import BudgetStanding

AGENT_WORK = (
    "runs", "completed", "failed", "error_rate", "users", "p50_latency_ms", "p95_latency_ms", "cost", "cost_per_run",
)  # fmt: skip


class Facts:
    """The facts of one period as one actor may see them at one instant.

    A screen that has a report already puts it in its place: `facts.timeline = report`. Those that `as_of` made of a past instant
    `looks_back`: what is not in the history is unknown to them.
    """

    def __init__(
        self, ws: Workspace, actor: Actor, filters: Filters, *, privacy: Privacy, now: datetime,
        plan: PlanScope | None = None, reach: Coverage | None = None,
    ) -> None:  # fmt: skip
        self.ws, self.actor, self.filters, self.privacy, self.now = ws, actor, filters, privacy, now
        self.plan = plan or PlanScope()
        self.looks_back = False
        self._histories: dict[tuple[str, ...], Steps] = {}
        self._unconverted: dict[Base, tuple[UnconvertedAmount, ...]] = {}
        self.guidance = GuidanceFacts(ws, actor)
        if reach is not None:
            self.reach = reach

    @property
    def warehouse(self) -> Warehouse:
        """The warehouse of the workspace."""
        return self.ws.warehouse

    @property
    def today(self) -> date:
        """The workspace's day of `now`."""
        return self.now.astimezone(self.ws.zone).date()

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """Everybody's days off: public holidays of the workspace's place, and those that are entered."""
        with self.ws.store.read() as session:
            return read_calendar(session)

    @cached_property
    def targets(self) -> Targets:
        """What good looks like, as it holds on the last day of the period, or today where that is to come."""
        return self._kept_targets.over(self.ws.settings.targets)

    def target_of(self, key: str) -> Number | None:
        """What a figure is to reach on the last day of the period, or today where that is to come; None without a target."""
        budget = self.budget_of(key)
        return budget.allowed if budget else self._kept_targets.of(key, self.ws.settings.targets)

    def budget_of(self, key: str) -> BudgetStanding | None:
        """The budget of the month that a figure is held against, where no target of its own is kept."""
        kept = self._kept_targets.of(key, self.ws.settings.targets)
        return self.month_budget if METRICS[key].budgeted and kept is None else None

    @cached_property
    def month_budget(self) -> BudgetStanding | None:
        """The budget of exactly what the filters choose, of the month whose days these are."""
        return month_budget(self)

    @cached_property
    def _kept_targets(self) -> KeptTargets:
        return kept_targets(self.warehouse, min(self.filters.end, self.today))

    def over(self, filters: Filters) -> Facts:
        """The same, over another period or another narrowing."""
        return self._like(filters, self.plan, self.now)

    def since(self, day: date) -> Facts:
        """The same over the days from `day` on, where the period begins before it."""
        start = min(max(self.filters.start, day), self.filters.end)
        return self.over(replace(self.filters, start=start))

    def of_agent(self, slug: str) -> Facts:
        """The same for one agent, with no narrowing but that of sources."""
        filters = self.filters
        return self.over(Filters(filters.start, filters.end, agents=(slug,), sources=filters.sources))

    def of_plan(self, tasks: FlowScope) -> Facts:
        """The same of another part of the plan."""
        part = self._like(self.filters, replace(self.plan, tasks=tasks), self.now)
        part.plan_from = self.plan_from
        return part

    def of_sprint(self, sprint_id: int, unit: str) -> Facts:
        """The same of one sprint, counted in `unit`."""
        return self._like(self.filters, PlanScope(FlowScope(sprint_ids=(sprint_id,)), unit), self.now)

    def as_of(self, start: date, end: date, *, until: datetime | None = None) -> Facts:
        """Over the days from `start` to `end`, as the plan's history stood at `until`: at the end of the last of them."""
        over = midnight(end + timedelta(days=1), self.ws.zone)
        at = min(self.now, until or over - timedelta(microseconds=1))
        then = self._like(replace(self.filters, start=start, end=end), self.plan, at)
        then.plan_from, then._histories = self.plan_from, self._histories
        then.looks_back = self.looks_back or at < self.now
        return then

    @cached_property
    def begun_flows(self) -> list[FlowProgress]:
        """The flows that were begun, and how far they are."""
        return self.guidance.flows(self.today)

    @cached_property
    def reach(self) -> Coverage:
        """How far usage and runs reach."""
        return coverage(self.warehouse, clock.now())

    @cached_property
    def stretches(self) -> Stretches:
        """How days are told together to those who may not see figures of small groups."""
        return read_stretches(self.warehouse, self.today)

    @cached_property
    def told(self) -> Filters | None:
        """What the figures of usage and runs are narrowed to; None where too few people were there to tell anything.

        The period is the one asked for, or, for those who may not see figures of small groups, that of the stretches it
        touches.
        """
        if self.privacy.people:
            return self.filters
        days = self.stretches.whole(self.filters.start, self.filters.end)
        return replace(self.filters, start=days[0], end=days[1]) if days else None

    def tells(self, *bases: Base) -> bool:
        """Whether anything of all of these bases is told to their reader."""
        return self.privacy.people or all(map(self.stretches.tells, bases))

    @property
    def period(self) -> Filters:
        """What is told, or what is asked for where nothing is."""
        return self.told or self.filters

    @property
    def withheld(self) -> str:
        """What their reader is not told, and why; empty for those who may see everything."""
        if self.privacy.people:
            return ""
        if self.told is None or self.told == self.filters:
            return TOGETHER
        return f"{TOGETHER} Told are whole days of enough people: {period_in_words(self.told.start, self.told.end)}."

    @cached_property
    def recording(self) -> Recording:
        """Whether calls were recorded where agents ran, in the period and of its sources.

        How many runs that were is for those who may see single people's: such days may be of few.
        """
        filters = self.period
        made = recording(self.warehouse, filters.start, filters.end, filters.sources)
        return made if self.privacy.people else replace(made, runs=None)

    @cached_property
    def comparison(self) -> Comparison:
        """What the period is compared with."""
        if self.privacy.people:
            return compare(self.filters, self.reach, self.today, self.ws.zone)
        return compare_told(
            self.period, self.filters.end < self.today, self.stretches, self.reach, self.today
        )

    @cached_property
    def plan_from(self) -> date | None:
        """The first day of which anything is known of the plan; None while there is nothing."""
        with self.ws.store.read() as session:
            first = session.scalar(sa.select(sa.func.min(Change.occurred_at)).where(*of_figures("status")))
        return day_of(first, self.ws.zone) if first else None

    def history(self, *fields: str) -> Steps:
        """What happened to the states, and the `fields`, of the tasks asked about: read once, whatever the instant."""
        if fields not in self._histories:
            with self.ws.store.read() as session:
                self._histories[fields] = flow_steps(session, self.plan.tasks, fields)
        return self._histories[fields]

    @cached_property
    def plan_comparison(self) -> Comparison:
        """What the period is compared with by figures of the plan, whose history reaches up to now."""
        first, now = self.plan_from, self.now
        known = Coverage(first, None, first, None, now, now, first)
        return compare(self.filters, known, self.today, self.ws.zone)

    @cached_property
    def names(self) -> Names:
        """What values are called."""
        return read_names(self.warehouse, self.privacy)

    def params(self) -> dict[str, Any]:
        """The bound parameters of this package's queries."""
        period, comparison = self.period, self.comparison
        params = period.params() | comparison.params()
        params |= {"rates": self.privacy.rates, "today": self.today, "currency": self.ws.currency}
        if self.privacy.people:
            return params
        return params | self.stretches.params(min(period.start, comparison.previous_start), period.end)

    @cached_property
    def agent_work(self) -> dict[str, dict[str, Any]]:
        """What each agent did in the period and what it cost, by its slug."""
        return {
            line.pop("value"): line
            for line in lines(self, AGENT_WORK, by="agent")
            if line["value"] != SMALL_GROUPS
        }

    @cached_property
    def agents(self) -> list[AgentState]:
        """The agents within the filters, as they do now."""
        ran = [slug for slug, work in self.agent_work.items() if work["runs"]]
        return agent_states(
            self.warehouse, self.filters, ran, self.privacy, self.targets, self.now, self.today
        )

    @cached_property
    def milestones(self) -> dict[str, Milestones]:
        """When each agent that people ran first worked and came into production."""
        return milestones(self.warehouse, self.targets)

    @cached_property
    def adoption(self) -> dict[str, Any]:
        """Seats now and 28 days ago, and how many of their holders were active in 28 days and, like for like, in the 28 before."""
        lately = window_of("28 days", self.today)
        until = compare(lately, self.reach, self.today, self.ws.zone).runs_until
        zone = self.ws.zone.key
        return row(self.warehouse, "adoption", {"today": self.today, "until": until, "zone": zone})

    @cached_property
    def enablement(self) -> EnablementFacts:
        """Who holds a seat and what they did, and how trainings and skills stand."""
        return EnablementFacts(self.ws, self.today)

    @cached_property
    def flow(self) -> FlowReport:
        """How work flowed in the period."""
        start, end = self.filters.start, self.filters.end
        return flow_report(
            self.ws, self.actor, start, end, scope=self.plan.tasks, now=self.now, history=self.history()
        )

    @cached_property
    def burndown(self) -> Burndown | None:
        """Of the sprint asked for; else of the one that was running at `now`, else of the one closed last before."""
        asked = self.plan.tasks.sprint_ids
        if len(asked) > 1:
            return None
        sprint_id = asked[0] if asked else current_sprint(self.ws.store, self.now, self.withheld_teams)
        if sprint_id is None or sprint_id == NONE:
            return None
        return burndown_report(self.ws, self.actor, sprint_id, self.plan.unit, now=self.now)

    @cached_property
    def velocity(self) -> Velocity:
        """The sprints closed by `now`: all, those of one team, or those asked for."""
        tasks = self.plan.tasks
        return velocity_report(
            self.ws, self.actor, team_id=tasks.team_id, sprint_ids=tasks.sprint_ids, unit=self.plan.unit, now=self.now
        )  # fmt: skip

    @cached_property
    def withheld_teams(self) -> frozenset[int]:
        """The teams whose figures are not told to the reader."""
        return withheld_teams(self.ws.store, self.actor)

    @cached_property
    def timeline(self) -> Timeline:
        """When what is open can be done."""
        tasks = self.plan.tasks
        return timeline(
            self.ws, self.actor, effort_ids=tasks.effort_ids, project_ids=tasks.project_ids, now=self.now
        )

    @cached_property
    def unconverted(self) -> tuple[UnconvertedAmount, ...]:
        """The amounts of the period that are in no sum of cost, for want of a rate of exchange."""
        return self.unconverted_of(*MONEY)

    def unconverted_of(self, *over: Base) -> tuple[UnconvertedAmount, ...]:
        """Those of some bases."""
        for base in over:
            if base in MONEY and base not in self._unconverted:
                self._unconverted[base] = unconverted(self, base)
        return together(line for base in over for line in self._unconverted.get(base, ()))

    @cached_property
    def unpriced(self) -> str:
        """The hours of the period that are in no sum of cost, for want of an hourly rate, in words."""
        return unpriced(self)

    @cached_property
    def unvalued(self) -> Sequence[dict[str, Any]]:
        """What of the period has no value, though it is a benefit or the work of checking."""
        return unvalued_lines(self)

    @cached_property
    def unpriced_calls(self) -> str:
        """The calls of the period that are in no sum of cost, for want of a price, in words."""
        return unpriced_calls(self)

    @cached_property
    def spending(self) -> Spending:
        """What the month comes to, and which days are out of the ordinary."""
        return Spending(self)

    @cached_property
    def scaling(self) -> Scaling:
        """How cost, times and errors go with use, by whole weeks up to the end of the period."""
        return read_scaling(self)

    @cached_property
    def risks(self) -> RiskFacts:
        """The register of risks and the incidents, as they are now."""
        return RiskFacts(self)

    @cached_property
    def closed_surveys(self) -> list[WaveResult]:
        """Of each kind the last two surveys of everybody that were closed, the newest first."""
        return survey_results(self.ws.store, self.actor, audience=Audience.EVERYBODY, last=2)

    @cached_property
    def quality(self) -> SourceQuality | None:
        """How good the data of the one source is that the filters name; None where they name none or several."""
        if len(self.filters.sources) != 1:
            return None
        return source_quality(self.ws, self.filters.sources[0])

    def _like(self, filters: Filters, plan: PlanScope, now: datetime) -> Facts:
        like = Facts(self.ws, self.actor, filters, privacy=self.privacy, now=now, plan=plan, reach=self.reach)
        like.guidance, like.looks_back = self.guidance, self.looks_back
        return like
