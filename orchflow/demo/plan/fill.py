"""Fills the plan of the simulated organisation: lays out the journey on Day 1, then lets people do what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path

import numpy as np

from orchflow.demo.costs.story import CostStory
from orchflow.demo.enablement.story import EnablementStory
from orchflow.demo.guidance.aside import AsideStory
from orchflow.demo.guidance.story import GuidanceStory
from orchflow.demo.plan.cast import SPRINT_TEAMS
from orchflow.demo.plan.events import Event, task
from orchflow.demo.plan.journey_story import JourneyStory
from orchflow.demo.plan.life import Odds, live
from orchflow.demo.plan.replay import Replay
from orchflow.demo.plan.scene import AHEAD, DAY, Scene, SprintPlan
from orchflow.demo.plan.sprint_story import PLANNED_AHEAD, TeamStory
from orchflow.demo.plan.work import TEXTS, Work, incidents, works
from orchflow.demo.risks.story import RiskStory
from orchflow.demo.simulation import Simulation
from orchflow.demo.value.story import ValueStory
from orchflow.demo.working_days import is_holiday
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.teams import list_teams
from orchflow.people.users import list_users
from orchflow.planning.calendar import add_day_off
from orchflow.planning.journey.journey import lay_out
from orchflow.planning.timeline.baseline import take_baseline
from orchflow.planning.work.tasks import list_tasks
from orchflow.store.engine import Store
from orchflow.store.retelling import Retelling, retell

FOCUS = 0.7
CALM = Odds(blocked=0.0, re_estimated=0.3, reopened=0.0, comment=1.0)


def add_plan(store: Store, simulation: Simulation, home: Path) -> int:
    """Write plan and guidance with their whole past until the simulation's `now`, in one transaction; returns how many tasks there are.

    The people and teams of the simulation are in the store already; the plan is empty. Everybody acts through the
    functions that screens use, at the moment of the story, so that the history is the one it would have been. Files
    are kept in `home`.
    """
    scene = Scene(simulation)
    people = {
        user.username: Actor(user.id, user.username, user.display_name, user.role)
        for user in list_users(store, SYSTEM)
    } | {"": SYSTEM}
    teams = {team.name: team.id for team in list_teams(store, SYSTEM)}
    events = _events(scene, people)
    with retell(store, SYSTEM) as past:
        _lay_out(past, simulation, people[scene.cast.lead.username])
        Replay(past, scene.rhythm, people, teams, home).run(events, simulation.now)
    return len(list_tasks(store, SYSTEM))


def _events(scene: Scene, people: Mapping[str, Actor]) -> list[Event]:
    events = [*_projects(scene), *_sprints(scene, people), *JourneyStory(scene).events()]
    events += [*GuidanceStory(scene).events(), *AsideStory(scene).events()]
    events += [*CostStory(scene).events(), *EnablementStory(scene).events()]
    events += [*RiskStory(scene).events(), *ValueStory(scene).events()]
    for team in SPRINT_TEAMS:
        events += TeamStory(scene, team, works(scene.simulation, team)).tell()
    for place, work in enumerate(incidents(scene.simulation)):
        events += _incident(scene, work, place)
    return events


def _lay_out(past: Retelling, simulation: Simulation, lead: Actor) -> None:
    """The calendar, the journey and the baseline of it, on the morning of Day 1."""
    eight = datetime.combine(simulation.start, time(8), tzinfo=simulation.zone)
    past.at(min(eight, simulation.now - timedelta(minutes=1)))
    day = simulation.start
    while day <= simulation.today + AHEAD:
        if is_holiday(day):
            add_day_off(past, lead, day, "Public holiday")
        day += DAY
    lay_out(past, lead, simulation.start)
    take_baseline(past, lead, "The plan of Day 1")


def _projects(scene: Scene) -> list[Event]:
    """What the organisation added to the projects of the journey; begun with the second agent."""
    events = []
    for project in TEXTS["projects"]:
        owner = scene.cast.holder(project["owner_role"], project["team"]).username
        values = {
            "number": project["number"], "effort_id": "effort 6", "name": project["name"],
            "description": project["description"], "start": scene.simulation.date_of(50), "owner_id": owner,
        }  # fmt: skip
        events.append(Event(0.2, owner, "project", project["number"], values))
        events.append(Event(36.2, owner, "project", project["number"], {"status": "in_progress"}))
    return events


def _sprints(scene: Scene, people: Mapping[str, Actor]) -> list[Event]:
    """Each sprint planned, started on its first morning, closed on its last afternoon."""
    rng = np.random.default_rng([scene.simulation.seed, 22])
    events = []
    for plan in scene.sprints:
        members = [people[person.username].user_id for person in scene.cast.members(plan.team)]
        away = rng.choice(len(members), size=min(2, len(members)), replace=False)
        days_off = {members[place]: float(rng.integers(1, 4)) for place in away}
        values: dict[str, object] = {"members": members, "days_off": days_off, "focus": FOCUS}
        start, close = scene.rhythm.first(plan.start), scene.rhythm.last(plan.end) + 0.9
        planned = start + 0.01
        if plan.team:
            planned = max(start - PLANNED_AHEAD, 0.01)
            values |= {
                "team_id": plan.team, "number": plan.number, "name": plan.name, "goal": plan.goal,
                "start": plan.start, "end": plan.end,
            }  # fmt: skip
        manager = scene.cast.manager(plan.team).username
        events.append(Event(planned, manager, "sprint", plan.key, values))
        events.append(Event(start + 0.05, manager, "start", plan.key))
        events.append(Event(close, manager, "close", plan.key, {"next": _next(plan, scene.sprints)}))
    return events


def _next(plan: SprintPlan, sprints: list[SprintPlan]) -> str | None:
    """Where the unfinished tasks of a sprint go: its team's next one; after the journey the first team's."""
    later = [other for other in sprints if other.start > plan.start]
    for team in (plan.team, SPRINT_TEAMS[0]):
        for other in later:
            if other.team == team:
                return other.key
    return None


def _incident(scene: Scene, work: Work, place: int) -> list[Event]:
    """Something failed: a task joins the running sprint, and somebody drops everything for it."""
    rng = np.random.default_rng([scene.simulation.seed, 23, place])
    day = scene.simulation.date_of(work.day)
    running = [
        plan for plan in scene.sprints if plan.team in (None, work.team) and plan.start <= day <= plan.end
    ]
    engineers = scene.cast.of_role(work.role)
    person = engineers[place % len(engineers)].username
    manager = scene.cast.manager(work.team).username
    noticed = scene.rhythm.first(day) + float(rng.uniform(0.15, 0.5))
    planned = task(
        noticed + 0.03, manager, work.key, **work.size, status="ready", assignee_id=person,
        due=scene.rhythm.day(noticed + 2), sprint_id=running[-1].key if running else None,
    )  # fmt: skip
    length = float(rng.uniform(0.8, 2.2))
    life = live(work.key, noticed + 0.06, length, work.points, person, manager, rng, CALM)
    return [*work.written(noticed, manager, "urgent"), planned, *life.events]
