"""The work beside the journey: what each agent needs of each team, in the order in which it becomes due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchflow.demo.agents import NEVER
from orchflow.demo.incidents import INCIDENTS, OUTAGES
from orchflow.demo.plan.cast import PLATFORM
from orchflow.demo.plan.events import Event, task
from orchflow.demo.rows import rows
from orchflow.demo.simulation import Simulation

TEXTS: dict[str, Any] = rows("plan/work.yaml")
FIRST_DAY = 78
"""What would have been due earlier the journey's own tasks took care of."""
ROUND_DAYS = 90
HOURS_A_POINT = 5


@dataclass(frozen=True)
class Work:
    """A task to be: `day` is the day from Day 1 on which it is wanted; `agent` the slug of the one it is about."""

    key: str
    team: str
    title: str
    description: str
    role: str
    points: int
    project: str
    labels: tuple[str, ...]
    agent: str | None
    day: int

    def written(self, when: float, by: str, priority: str = "normal") -> list[Event]:
        """Somebody writes the task down, with a link to its agent."""
        events = [
            task(
                when, by, self.key, project_id=self.project, title=self.title, description=self.description,
                role=self.role, labels=list(self.labels), priority=priority,
            )
        ]  # fmt: skip
        if self.agent:
            link = {"entity_id": self.key, "kind": "agent", "target": self.agent}
            events.append(Event(when, by, "link", "", link))
        return events

    @property
    def size(self) -> dict[str, int]:
        """How much work it is, as people estimate it."""
        return {"points": self.points, "estimated_hours": self.points * HOURS_A_POINT}


def works(simulation: Simulation, team: str) -> list[Work]:
    """All the work of a team, without an end: after its first round every agent is looked at again each quarter."""
    wanted = []
    for template in TEXTS["templates"][team]:
        for agent, life in zip(simulation.agents, simulation.lives, strict=True):
            first = getattr(life, template["from"]) + template["after"]
            if first > NEVER // 2 or life.status == "archived":
                continue
            rounds = 1 if template["from"] == "created" else 1 + simulation.days // ROUND_DAYS
            for turn in range(rounds):
                day = first + turn * ROUND_DAYS
                title = template["title"].format(agent.name) + (f", round {turn + 1}" if turn else "")
                if day >= FIRST_DAY:
                    wanted.append(
                        Work(
                            f"{team}: {title}", team, title, TEXTS["description"].format(title=title),
                            template["role"], template["points"], template["project"],
                            tuple(template["labels"]), agent.slug, day,
                        )
                    )  # fmt: skip
    return sorted(wanted, key=lambda work: (work.day, work.key))


def incidents(simulation: Simulation) -> list[Work]:
    """What had to be done at once because something failed; the AI Platform team does it."""
    names = {agent.slug: agent.name for agent in simulation.agents}
    failures: list[tuple[str, str, str | None, int]] = [
        (names[each.agent], each.symptom, each.agent, each.first) for each in INCIDENTS if each.agent in names
    ]
    failures += [(f"everything with {each.provider}", "stood still", None, each.day) for each in OUTAGES]
    texts = TEXTS["incident"]
    return [
        Work(
            f"incident {day}", PLATFORM, texts["title"].format(name, symptom),
            texts["description"].format(simulation.date_of(day)),
            "ai_engineer", 2, "4.2" if day < FIRST_DAY else "6.1", ("incident",), agent, day,
        )
        for name, symptom, agent, day in sorted(failures, key=lambda failure: failure[-1])
        if day <= simulation.days
    ]  # fmt: skip
