"""Fills the plan of the simulated organisation: lays out the journey on Day 1, then lets people do what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
import sqlalchemy as sa

from orchflow.demo.plan.cast import SPRINT_TEAMS, Cast
from orchflow.demo.plan.events import Event, task
from orchflow.demo.plan.journey_story import JourneyStory
from orchflow.demo.plan.life import Odds, live
from orchflow.demo.plan.replay import Replay
from orchflow.demo.plan.sprint_story import TeamStory
from orchflow.demo.plan.windows import PLANNED_AHEAD, SprintPlan, sprint_plans
from orchflow.demo.plan.work import TEXTS, Work, incidents, works
from orchflow.demo.simulation import Simulation
from orchflow.demo.working_days import Rhythm, is_holiday
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.teams import list_teams
from orchflow.people.users import list_users
from orchflow.planning.calendar import add_day_off
from orchflow.planning.journey.content import Journey, load_flows
from orchflow.planning.journey.journey import lay_out
from orchflow.planning.tables import Task
from orchflow.planning.timeline.baseline import take_baseline
from orchflow.store.engine import Store
from orchflow.store.retelling import Retelling, retell
from orchflow.store.tables import Change

AHEAD = timedelta(days=75)
"""How far the organisation's calendar goes beyond today."""
FOCUS = 0.7
CALM = Odds(blocked=0.0, re_estimated=0.3, reopened=0.0, comment=1.0)


@dataclass(frozen=True)
class PlanReport:
    """What the plan holds."""

    tasks: int
    changes: int


def add_plan(store: Store, simulation: Simulation) -> PlanReport:
    """Write the plan and its whole past until the simulation's `now`, in one transaction.

    The people and teams of the simulation are in the store already; the plan is empty. Everybody acts through the
    functions that screens use, at the moment of the story, so that the history is the one it would have been.
    """
    journey, cast = load_flows(), Cast(simulation.people)
    rhythm = Rhythm(simulation.start, simulation.today + AHEAD, simulation.zone)
    plans = sprint_plans(simulation, journey)
    people = {
        user.username: Actor(user.id, user.username, user.display_name, user.role)
        for user in list_users(store, SYSTEM)
    }
    teams = {team.name: team.id for team in list_teams(store, SYSTEM)}
    events = _events(simulation, journey, rhythm, cast, plans, people)
    with retell(store, SYSTEM) as past:
        _lay_out(past, simulation, people[cast.lead.username])
        Replay(past, rhythm, people, teams).run(events, simulation.now)
    count = sa.select(sa.func.count()).select_from
    with store.read() as session:
        return PlanReport(
            tasks=session.scalar(count(Task)) or 0,
            changes=session.scalar(count(Change).where(Change.entity == "task")) or 0,
        )


def _events(
    simulation: Simulation, journey: Journey, rhythm: Rhythm, cast: Cast, plans: list[SprintPlan],
    people: Mapping[str, Actor],
) -> list[Event]:  # fmt: skip
    events = _projects(simulation, cast) + _sprints(simulation, rhythm, cast, plans, people)
    events += JourneyStory(simulation, journey, rhythm, cast).events(plans)
    for team in SPRINT_TEAMS:
        own = [plan for plan in plans if plan.team == team]
        events += TeamStory(simulation, team, works(simulation, team), rhythm, cast).tell(own)
    for place, work in enumerate(incidents(simulation)):
        events += _incident(simulation, work, place, rhythm, cast, plans)
    return events


def _lay_out(past: Retelling, simulation: Simulation, lead: Actor) -> None:
    """The calendar, the journey and the baseline of it, on the morning of Day 1."""
    eight = datetime.combine(simulation.start, time(8), tzinfo=simulation.zone)
    past.at(min(eight, simulation.now - timedelta(minutes=1)))
    for ahead in range((simulation.today + AHEAD - simulation.start).days + 1):
        if is_holiday(day := simulation.start + timedelta(days=ahead)):
            add_day_off(past, lead, day, "Public holiday")
    lay_out(past, lead, simulation.start)
    take_baseline(past, lead, "The plan of Day 1")


def _projects(simulation: Simulation, cast: Cast) -> list[Event]:
    """What the organisation added to the projects of the journey; begun with the second agent."""
    events = []
    for project in TEXTS["projects"]:
        owner = cast.holder(project["owner_role"], project["team"]).username
        values = {
            "number": project["number"], "effort_id": "effort 6", "name": project["name"],
            "description": project["description"], "start": simulation.date_of(50), "owner_id": owner,
        }  # fmt: skip
        events.append(Event(0.2, owner, "project", project["number"], values))
        events.append(Event(36.2, owner, "project", project["number"], {"status": "in_progress"}))
    return events


def _sprints(
    simulation: Simulation, rhythm: Rhythm, cast: Cast, plans: list[SprintPlan], people: Mapping[str, Actor]
) -> list[Event]:
    """Each sprint planned, started on its first morning, closed on its last afternoon."""
    rng = np.random.default_rng([simulation.seed, 22])
    events = []
    for plan in plans:
        members = [person.username for person in cast.members(plan.team)]
        away = rng.choice(members, size=min(2, len(members)), replace=False).tolist()
        values: dict[str, object] = {
            "members": [people[name].user_id for name in members],
            "days_off": {people[name].user_id: float(rng.integers(1, 4)) for name in away},
            "focus": FOCUS,
        }
        if plan.team:
            values |= {
                "team_id": plan.team, "number": plan.number, "name": plan.name, "goal": plan.goal,
                "start": plan.start, "end": plan.end,
            }  # fmt: skip
        manager = cast.manager(plan.team).username
        start, close = rhythm.first(plan.start), rhythm.last(plan.end) + 0.9
        before = max(start - PLANNED_AHEAD, 0.01) if plan.team else start + 0.01
        events.append(Event(before, manager, "sprint", plan.key, values))
        events.append(Event(start + 0.05, manager, "start", plan.key))
        events.append(Event(close, manager, "close", plan.key, {"next": _next(plan, plans)}))
    return events


def _next(plan: SprintPlan, plans: list[SprintPlan]) -> str | None:
    """Where the unfinished tasks of a sprint go; after the journey to the first team."""
    after = [
        other for other in plans if other.start > plan.start and other.team in (plan.team, SPRINT_TEAMS[0])
    ]
    same = [other for other in after if other.team == plan.team]
    return (same or after)[0].key if same or after else None


def _incident(
    simulation: Simulation, work: Work, place: int, rhythm: Rhythm, cast: Cast, plans: list[SprintPlan]
) -> list[Event]:
    """Something failed: a task joins the running sprint, and somebody drops everything for it."""
    rng = np.random.default_rng([simulation.seed, 23, place])
    day = simulation.date_of(work.day)
    running = [plan for plan in plans if plan.team in (None, work.team) and plan.start <= day <= plan.end]
    engineers = cast.of_role(work.role)
    person = engineers[place % len(engineers)].username
    manager = cast.manager(work.team).username
    noticed = rhythm.first(day) + float(rng.uniform(0.15, 0.5))
    planned = task(
        noticed + 0.03, manager, work.key, **work.size, status="ready", assignee_id=person,
        due=rhythm.day(noticed + 2), sprint_id=running[-1].key if running else None,
    )  # fmt: skip
    life = live(
        work.key, noticed + 0.06, float(rng.uniform(0.8, 2.2)), work.points, person, manager, rng, CALM
    )
    return [*work.written(noticed, manager, "urgent"), planned, *life.events]
