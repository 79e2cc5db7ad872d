"""When each agent is created, tried, used and given up in a simulation of a given length."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from orchflow.demo.agents import NEVER, Agent, Fate
from orchflow.demo.working_days import next_working_day, previous_working_day

SETTLED_AFTER = 21
"""Days after its launch until an agent may meet its fate; a shorter simulation ends before it."""
ARCHIVED_ON = 75
IDLE_DAYS, DISABLED_DAYS, DEGRADED_DAYS = 24, 17, 9


@dataclass(frozen=True)
class Life:
    """The days of one agent's life in one simulation, as numbers from Day 1; `last` is the last day it is used."""

    created: int
    trial: int
    pilot: int
    launch: int
    last: int
    failing_from: int
    degraded_from: int
    status: str


def life_of(agent: Agent, start: date, days: int) -> Life | None:
    """Return the life of `agent` in a simulation of `days` days, or None when it is not even created by then."""
    created = agent.created if agent.created > 0 else days + agent.created
    if not 1 <= created <= days:
        return None
    pilot, launch = _working(agent.pilot, start, days), _working(agent.launch, start, days)
    settled = days >= (pilot if launch == NEVER else launch) + SETTLED_AFTER
    fate: Fate = agent.fate if settled or agent.fate == "draft" else "healthy"
    last_uses = {
        "archived": min(ARCHIVED_ON, days - 20),
        "idle": days - IDLE_DAYS,
        "disabled": days - DISABLED_DAYS,
    }
    return Life(
        created=created,
        trial=_working(agent.trial, start, days) if agent.trial else pilot,
        pilot=pilot,
        launch=launch,
        last=last_uses.get(fate, NEVER),
        failing_from=_last_but_one_working_day(start, days) if fate == "failing" else NEVER,
        degraded_from=days - DEGRADED_DAYS if fate == "degraded" else NEVER,
        status=fate if fate in ("disabled", "archived") else "active" if days >= pilot else "draft",
    )


def _working(day: int, start: date, days: int) -> int:
    """Move a day number to the next working day; one beyond the end stays."""
    if day > days:
        return day
    return (next_working_day(start + timedelta(days=day - 1)) - start).days + 1


def _last_but_one_working_day(start: date, days: int) -> int:
    last = previous_working_day(start + timedelta(days=days - 1))
    return (previous_working_day(last - timedelta(days=1)) - start).days + 1
