"""How the sprints of one team went: what was planned, added, taken out, blocked, carried over, and what waits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchflow.demo.organisation import Person
from orchflow.demo.plan.cast import PLATFORM, SPRINT_TEAMS
from orchflow.demo.plan.events import Event, task
from orchflow.demo.plan.life import Life, Odds, live
from orchflow.demo.plan.scene import Scene, SprintPlan
from orchflow.demo.plan.work import TEXTS, Work

ODDS = Odds()
FIRST_TARGET, MORE_EACH = 25.0, 1.3
"""Points a team takes on in the first of its own sprints, and how many more in each after it."""
DAYS_A_POINT, FASTER_EACH = 1.35, 0.98
PLANNED_AHEAD = 9.3
"""How many working days before its start a team makes a sprint."""
BACKLOG = 31
READY, PLANNED = 12, 6
"""How many of the tasks in the backlog are ready, and how many of those are planned for the next sprint."""
ENGINEERS = ("ai_engineer", "backend_engineer", "frontend_engineer")


@dataclass(frozen=True)
class Planned:
    """A task in a sprint with what becomes of it."""

    work: Work
    person: Person
    life: Life


class TeamStory:
    """Tells the sprints of a team from its work, sprint after sprint; then what is left in its backlog."""

    def __init__(self, scene: Scene, team: str, work: list[Work]) -> None:
        self._scene = scene
        self._rhythm, self._now = scene.rhythm, scene.now
        self._team, self._pool = team, iter(work)
        self._rng = np.random.default_rng([scene.simulation.seed, 21, SPRINT_TEAMS.index(team)])
        self._manager = scene.cast.manager(team).username
        owner = "product_owner" if team == PLATFORM else "product_manager"
        self._owner = scene.cast.holder(owner, team).username
        self._free: dict[str, float] = {}
        self.events: list[Event] = []

    def tell(self) -> list[Event]:
        """Everything that happened in the team's sprints and its backlog, in no order."""
        plans = [plan for plan in self._scene.sprints if plan.team == self._team]
        begun = [plan for plan in plans if self._rhythm.first(plan.start) <= self._now]
        unfinished = 0.0
        for place, plan in enumerate(begun):
            unfinished = self._sprint(plan, place, unfinished)
        coming = [plan for plan in plans if plan not in begun]
        known = [plan for plan in coming if self._rhythm.first(plan.start) - PLANNED_AHEAD < self._now - 0.5]
        self._backlog(known[0].key if known else None)
        return self.events

    def _sprint(self, plan: SprintPlan, place: int, carried: float) -> float:
        """Plan and live one sprint; returns the points it leaves unfinished."""
        rng, start = self._rng, float(self._rhythm.first(plan.start))
        close = self._rhythm.last(plan.end) + 0.9
        share = (close - start) / 10
        target = (FIRST_TARGET + MORE_EACH * place) * share * rng.uniform(0.88, 1.1) - 0.7 * carried
        tasks: list[Planned] = []
        points = 0.0
        while points < target and (work := next(self._pool, None)) is not None:
            tasks.append(self._plan(work, plan, place, start, start + rng.uniform(0.1, 1.4)))
            points += work.points
        if (work := next(self._pool, None)) is not None:
            joins = start + rng.uniform(2.2, 4.5)
            tasks.append(self._plan(work, plan, place, joins, joins + 0.1))
        left = self._take_out(tasks, start)
        if close > self._now:
            tasks = self._troubled([planned for planned in tasks if planned not in left], plan)
        kept = [planned for planned in tasks if planned not in left]
        for planned in kept:
            self.events += planned.life.events
        return sum(planned.work.points for planned in kept if planned.life.done > close)

    def _plan(self, work: Work, plan: SprintPlan, place: int, joins: float, earliest: float) -> Planned:
        """Refine a task, put it into the sprint at `joins`, and have it worked on when somebody is free."""
        rng = self._rng
        person = self._who(work.role)
        meeting = max(int(joins) - 2, 0) + 0.55
        planned = max(joins, meeting) + 0.03
        self._add(work, max(meeting - rng.uniform(2.0, 14.0), 0.3), meeting)
        days = {"start": plan.start, "due": self._rhythm.day(self._rhythm.last(plan.end))}
        sprint = {"sprint_id": plan.key, "assignee_id": person.username}
        self.events.append(task(planned, self._manager, work.key, **sprint, **days))
        free = self._free.get(person.username, 0.0) + rng.uniform(0.05, 0.4)
        begin = max(earliest, free, planned + 0.05)
        length = work.points * DAYS_A_POINT * FASTER_EACH**place * float(rng.lognormal(0.0, 0.28))
        reviewer = self._manager if person.username != self._manager else self._owner
        life = live(work.key, begin, length, work.points, person.username, reviewer, rng, ODDS)
        self._free[person.username] = life.ready
        return Planned(work, person, life)

    def _who(self, role: str) -> Person:
        members = self._scene.cast.members(self._team)
        able = [person for person in members if person.job_role == role]
        able = able or [person for person in members if person.job_role in ENGINEERS]
        return min(able, key=lambda person: (self._free.get(person.username, 0.0), able.index(person)))

    def _add(self, work: Work, created: float, refined: float, *, ready: bool = True) -> None:
        self.events += work.written(min(created, refined - 0.1), self._owner)
        status = {"status": "ready"} if ready else {}
        self.events.append(task(refined, self._manager, work.key, **work.size, **status))

    def _take_out(self, tasks: list[Planned], start: float) -> list[Planned]:
        """Now and then something that has not begun goes back to the backlog."""
        late = [planned for planned in tasks if planned.life.begin > start + 4]
        if not late or self._rng.random() > 0.6 or start + 3.6 > self._now:
            return []
        out = late[int(self._rng.integers(len(late)))]
        self.events.append(
            task(start + 3.5, self._manager, out.work.key, sprint_id=None, due=None, start=None)
        )
        return [out]

    def _troubled(self, tasks: list[Planned], plan: SprintPlan) -> list[Planned]:
        """In the sprint of today one task is blocked, and two should have been done by now."""
        now, rng = self._now, self._rng
        running = [each for each in tasks if each.life.begin < now - 0.2 and each.life.ready > now]
        if running:
            stuck = running[int(rng.integers(len(running)))]
            at = max(stuck.life.begin + 0.1, now - rng.uniform(0.4, 2.0))
            kept = [event for event in stuck.life.events if event.when < at]
            reason = str(rng.choice(TEXTS["blocked"]))
            kept.append(
                task(at, stuck.person.username, stuck.work.key, status="blocked", blocked_reason=reason)
            )
            endless = Planned(stuck.work, stuck.person, Life(kept, now + 9, now + 9))
            tasks = [endless if each is stuck else each for each in tasks]
        joined = self._rhythm.first(plan.start) + 0.04
        for late in [each for each in tasks if each.life.done > now][:2]:
            day = max(self._rhythm.day(max(now - rng.uniform(1.1, 2.9), 0.0)), plan.start)
            self.events.append(task(joined, self._manager, late.work.key, due=day, priority="high"))
        return tasks

    def _backlog(self, next_sprint: str | None) -> None:
        """Refined work for the sprints to come, of which some was given up."""
        rng, before = self._rng, ""
        for place in range(BACKLOG):
            if (work := next(self._pool, None)) is None:
                return
            created = max(self._now - rng.uniform(4.0, 40.0), 0.3)
            refined = max(int(min(created + rng.uniform(1.0, 4.0), self._now - 1.5)) + 0.55, 0.4)
            self._add(work, created, refined, ready=place < READY)
            later = max(self._now - rng.uniform(0.05, 0.4), 0.6)
            if place < PLANNED and next_sprint:
                values = {"sprint_id": next_sprint, "assignee_id": self._who(work.role).username}
                self.events.append(task(later, self._manager, work.key, **values))
            elif place >= BACKLOG - 2:
                self.events.append(task(later, self._owner, work.key, status="cancelled"))
            if place % 5 == 4:
                kind = ("fs", "ss", "ff")[place // 5 % 3]
                waits = {"task_id": work.key, "depends_on_id": before, "kind": kind}
                self.events.append(Event(later, self._owner, "dependency", "", waits))
            before = work.key
