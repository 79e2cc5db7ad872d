"""The address under which a figure opens: its key, its period and what it is narrowed to; written and read in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from orchflow.errors import Invalid, Problem
from orchflow.metrics.filters import FILTERED, UNATTRIBUTED, Filters
from orchflow.metrics.metric import PLAN_DIMENSIONS, Dimension
from orchflow.metrics.plan_scope import PlanScope
from orchflow.planning.flow.scope import FlowScope

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

SCREEN = "figure"
POINTS, *OTHERS = UNITS = ("points", "count", "hours")
SEVERAL = ("effort", "project", "sprint")
"""The parts of the plan of which several may be meant at once."""
Asked = Mapping[str, Sequence[str]]
"""What an address holds: by its names the values."""


def opened_at(facts: Facts, key: str) -> str:
    """Where the figure `key` opens as the facts have it."""
    tasks = facts.plan.tasks
    said: list[tuple[str, Any]] = [*asked_within(facts.filters, key)]
    said += [(name, number) for name in SEVERAL for number in getattr(tasks, f"{name}_ids")]
    said += [(name, one) for name, one in (("team", tasks.team_id), ("flow", tasks.flow)) if one is not None]
    said += [("unit", facts.plan.unit)] if facts.plan.unit in OTHERS else []
    said += [("working", "yes")] if facts.plan.working else []
    return f"{SCREEN}?{urlencode(said)}"


def asked_within(filters: Filters, key: str) -> list[tuple[str, str]]:
    """What an address asks for under which the figure `key` opens within these filters."""
    said: list[tuple[str, Any]] = [("figure", key), ("from", filters.start), ("to", filters.end)]
    said += [(name, value) for name, field in FILTERED.items() for value in getattr(filters, field)]
    return [(name, str(value)) for name, value in said]


def period_asked(asked: Asked) -> tuple[date | None, date | None]:
    """The first and the last day of an address; Invalid for what is no day."""
    return _day("from", asked), _day("to", asked)


def filters_asked(asked: Asked) -> dict[Dimension, Sequence[str]]:
    """What an address narrows of usage and runs."""
    return {name: asked[name] for name in FILTERED if asked.get(name) and not _of_plan(name, asked)}


def plan_asked(asked: Asked) -> PlanScope:
    """The part of the plan of an address, and how it is counted; Invalid for a number that is none."""
    asked = {name: values for name, values in asked.items() if name not in FILTERED or _of_plan(name, asked)}
    several = {f"{name}_ids": tuple(_number(name, one) for one in asked.get(name, ())) for name in SEVERAL}
    team, flow = ([_number(name, one) for one in asked.get(name, ())[:1]] for name in ("team", "flow"))
    unit = next((one for one in asked.get("unit", ()) if one in UNITS), POINTS)
    tasks = FlowScope(**several, team_id=next(iter(team), None), flow=next(iter(flow), None))
    return PlanScope(tasks, unit, bool(asked.get("working")))


def _of_plan(name: str, asked: Asked) -> bool:
    """Whether a part of the plan is meant, by its number, and not a value of what costs."""
    return name in PLAN_DIMENSIONS and UNATTRIBUTED not in asked.get(name, ())


def _day(name: str, asked: Asked) -> date | None:
    said = next(iter(asked.get(name, ())), None)
    if said is None:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        problem = Problem(None, name, f"{said[:40]!r} is no day")
        raise Invalid([problem], "Write it like 2026-11-28.") from None


def _number(name: str, said: str) -> int:
    if not said.removeprefix("-").isdecimal() or len(said) > 18:
        raise Invalid(
            [Problem(None, name, f"{said[:40]!r} is no number")], "Open the figure where it stands."
        )
    return int(said)
