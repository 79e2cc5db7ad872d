"""Fills the plan of the simulated organisation: lays out the journey on Day 1, then tells what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.demo.plan.cast import SPRINT_TEAMS, Cast
from orchflow.demo.plan.events import Event
from orchflow.demo.plan.journey_story import JourneyStory
from orchflow.demo.plan.life import Odds, live
from orchflow.demo.plan.replay import Replay
from orchflow.demo.plan.rhythm import Rhythm
from orchflow.demo.plan.sprint_story import HOURS_A_POINT, TeamStory
from orchflow.demo.plan.windows import PLANNED_AHEAD, SprintPlan, sprint_plans
from orchflow.demo.plan.work import TEXTS, Work, incidents, works
from orchflow.demo.simulation import Simulation
from orchflow.demo.working_days import is_holiday
from orchflow.people.permissions import SYSTEM
from orchflow.people.tables import Team, User
from orchflow.planning.journey.content import Journey, load_flows
from orchflow.planning.journey.journey import lay_out_in
from orchflow.planning.tables import Baseline, CalendarDay, Task
from orchflow.planning.timeline.plan_dates import plan_dates
from orchflow.store.engine import Store
from orchflow.store.past import happened
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

    The people and teams of the simulation are in the store already; the plan is empty. Everything in the history has
    the instant and the person it had in the story, as if it had been entered day by day.
    """
    journey = load_flows()
    rhythm = Rhythm(simulation.start, simulation.today + AHEAD, simulation.zone)
    cast = Cast(simulation.people)
    plans = sprint_plans(simulation, journey)
    events = _events(simulation, journey, rhythm, cast, plans)
    with store.unit(SYSTEM) as session:
        teams = dict(session.execute(sa.select(Team.name, Team.id)).all())
        people = dict(session.execute(sa.select(User.username, User.id)).all())
        _lay_out(session, simulation, cast)
        Replay(session, rhythm, people, teams).run(events, simulation.now)
        count = sa.select(sa.func.count()).select_from
        return PlanReport(
            tasks=session.scalar(count(Task)) or 0,
            changes=session.scalar(count(Change).where(Change.entity == "task")) or 0,
        )


def _events(
    simulation: Simulation, journey: Journey, rhythm: Rhythm, cast: Cast, plans: list[SprintPlan]
) -> list[Event]:
    found = _projects(simulation, cast) + _sprints(simulation, rhythm, cast, plans)
    found += JourneyStory(simulation, journey, rhythm, cast).events(plans)
    for team in SPRINT_TEAMS:
        own = [plan for plan in plans if plan.team == team]
        found += TeamStory(simulation, team, works(simulation, team), rhythm, cast).tell(own)
    for place, work in enumerate(incidents(simulation)):
        found += _incident(simulation, work, place, rhythm, cast, plans)
    return found


def _lay_out(session: Session, simulation: Simulation, cast: Cast) -> None:
    """The calendar, the journey and the baseline of it, on the morning of Day 1."""
    eight = datetime.combine(simulation.start, time(8), tzinfo=simulation.zone).astimezone(UTC)
    happened(session, min(eight, simulation.now - timedelta(minutes=1)), cast.one("ai_lead").username)
    day = simulation.start
    while day <= simulation.today + AHEAD:
        if is_holiday(day):
            session.add(CalendarDay(day=day, name="Public holiday"))
        day += timedelta(days=1)
    session.flush()
    lay_out_in(session, SYSTEM, simulation.start)
    session.flush()
    rows = [dated.as_json() for dated in plan_dates(session)]
    session.add(Baseline(name="The plan of Day 1", taken_at=session.info["moment"], rows=rows))
    session.flush()


def _projects(simulation: Simulation, cast: Cast) -> list[Event]:
    """What the organisation added to the projects of the journey; begun with the second agent."""
    found = []
    for project in TEXTS["projects"]:
        owner = cast.one(project["owner_role"], project["team"]).username
        values = {
            "effort": "effort 6", "name": project["name"], "description": project["description"],
            "start": simulation.date_of(50), "owner": owner,
        }  # fmt: skip
        found.append(Event(0.2, owner, "project", project["number"], values))
        found.append(Event(36.2, owner, "project", project["number"], {"status": "in_progress"}))
    return found


def _sprints(simulation: Simulation, rhythm: Rhythm, cast: Cast, plans: list[SprintPlan]) -> list[Event]:
    """Each sprint planned, started on its first morning, closed on its last afternoon."""
    rng = np.random.default_rng([simulation.seed, 22])
    found = []
    for plan in plans:
        members = [person.username for person in cast.members(plan.team)]
        away = rng.choice(members, size=min(2, len(members)), replace=False).tolist()
        values = {
            "plan": plan,
            "members": members,
            "days_off": {name: float(rng.integers(1, 4)) for name in away},
            "focus": FOCUS,
        }
        manager = cast.manager(plan.team).username
        start, close = rhythm.first(plan.start), rhythm.last(plan.end) + 0.9
        before = max(start - PLANNED_AHEAD, 0.01) if plan.team else start + 0.01
        found.append(Event(before, manager, "plan", plan.key, values))
        found.append(Event(start + 0.05, manager, "start", plan.key))
        found.append(Event(close, manager, "close", plan.key, {"next": _next(plan, plans)}))
    return found


def _next(plan: SprintPlan, plans: list[SprintPlan]) -> str | None:
    """Where the unfinished tasks of a sprint go; after the journey to the first team."""
    after = [one for one in plans if one.start > plan.start and one.team in (plan.team, SPRINT_TEAMS[0])]
    same = [one for one in after if one.team == plan.team]
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
    added = {
        "project": work.project, "title": work.title, "description": work.description, "role": work.role,
        "labels": list(work.labels), "priority": "urgent", "agent": work.agent,
    }  # fmt: skip
    planned = {
        "points": work.points, "estimated_hours": work.points * HOURS_A_POINT, "status": "ready",
        "assignee": person, "due": rhythm.day(noticed + 2), "sprint": running[-1].key if running else None,
    }  # fmt: skip
    life = live(
        work.key, noticed + 0.06, float(rng.uniform(0.8, 2.2)), work.points, person, manager, rng, CALM
    )
    return [
        Event(noticed, manager, "add", work.key, added),
        Event(noticed + 0.03, manager, "change", work.key, planned),
        *life.events,
    ]
