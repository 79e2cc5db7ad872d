"""The work beside the journey: what each agent needs of each team, in the order in which it becomes due."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from orchflow.demo.agents import NEVER
from orchflow.demo.incidents import INCIDENTS, OUTAGES
from orchflow.demo.plan.cast import PLATFORM
from orchflow.demo.simulation import Simulation

TEXTS: dict[str, Any] = yaml.safe_load(
    files("orchflow.demo.plan").joinpath("work.yaml").read_text(encoding="utf-8")
)
FIRST_DAY = 78
"""What would have been due earlier the journey's own tasks took care of."""
ROUND_DAYS = 90


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
    urgent: bool = False


def works(simulation: Simulation, team: str) -> list[Work]:
    """All the work of a team, without an end: after its first round every agent is looked at again each quarter."""
    found = []
    for template in TEXTS["templates"][team]:
        for agent, life in zip(simulation.agents, simulation.lives, strict=True):
            event = {"created": life.created, "pilot": life.pilot, "launch": life.launch}[template["from"]]
            if event == NEVER or life.status == "archived":
                continue
            for turn in range(1 + simulation.days // ROUND_DAYS):
                day = event + template["after"] + turn * ROUND_DAYS
                again = f", round {turn + 1}" if turn else ""
                if day < FIRST_DAY or (turn and template["from"] == "created"):
                    continue
                title = template["title"].format(agent.name) + again
                found.append(
                    Work(
                        f"{team}: {title}", team, title, TEXTS["description"].format(title=title),
                        template["role"], template["points"], template["project"], tuple(template["labels"]),
                        agent.slug, day,
                    )
                )  # fmt: skip
    return sorted(found, key=lambda work: (work.day, work.key))


def incidents(simulation: Simulation) -> list[Work]:
    """What had to be done at once because something failed; the AI Platform team does it."""
    names = {agent.slug: agent.name for agent in simulation.agents}
    found = []
    for one in INCIDENTS:
        if one.agent in names and one.first <= simulation.days:
            happened = (
                "became so slow"
                if one.slow > 1 and not one.errors
                else "failed"
                if one.errors
                else "cost so much"
            )
            found.append(_incident(simulation, names[one.agent], happened, one.agent, one.first))
    for outage in OUTAGES:
        if outage.day <= simulation.days:
            found.append(
                _incident(simulation, f"everything with {outage.provider}", "stood still", None, outage.day)
            )
    return sorted(found, key=lambda work: work.day)


def _incident(simulation: Simulation, name: str, happened: str, agent: str | None, day: int) -> Work:
    texts = TEXTS["incident"]
    title = texts["title"].format(name, happened)
    return Work(
        f"incident {day}", PLATFORM, title, texts["description"].format(simulation.date_of(day).isoformat()),
        "ai_engineer", 2, "4.2" if day < FIRST_DAY else "6.1", ("incident",), agent, day, urgent=True,
    )  # fmt: skip
