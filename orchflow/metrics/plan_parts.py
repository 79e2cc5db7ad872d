"""Figures of the plan by its parts and by time, and like for like.

Such a figure is a function of the history. So its value of a project is the same function read over that project, and
its value of a week the same function read as the history stood at the week's end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from orchflow.errors import Invalid, Problem
from orchflow.guidance.flows import flow_names
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.compiler import check_parts
from orchflow.metrics.filters import UNATTRIBUTED, period_in_words
from orchflow.metrics.metric import PLAN_DIMENSIONS, Dimension, Figure, Grain, Metric, PlanDimension
from orchflow.metrics.names import Names
from orchflow.metrics.privacy import SMALL_GROUPS
from orchflow.people.permissions import Actor
from orchflow.people.small_groups import TeamsTogether, teams_together
from orchflow.planning.flow.scope import FlowScope, check_scope, sprints_of
from orchflow.planning.names import plan_names
from orchflow.planning.steps import NONE
from orchflow.store.engine import Store

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

MOST_PARTS = 400
"""More parts by a dimension and by time are refused: each is a reading of its own."""


MAY_BE_NONE: tuple[PlanDimension, ...] = ("sprint", "team", "flow")
"""What a task, or its project, need not have."""


def plan_lines(
    facts: Facts, keys: Sequence[str], *, by: PlanDimension | None = None, grain: Grain | None = None
) -> list[dict[str, Any]]:
    """A row for each `value` of `by` and `bucket` of `grain` (what is asked for), with the value of each of `keys`.

    A `value` is an id or a flow's number as text, UNATTRIBUTED for none, SMALL_GROUPS for teams too small to be told apart. A
    part of which none of the figures can be said has no row. Invalid where a figure has no such parts, or where those by
    both are too many.
    """
    for key in keys:
        facts.actor.require(METRICS[key].permission)
        check_parts(key, by, grain)
    scopes = _scopes(facts, by) if by else {"": facts.plan.tasks}
    guided = all(METRICS[key].of_checklists for key in keys)
    stretches = (
        _stretches(facts, grain, facts.guidance.first_day if guided else facts.plan_from) if grain else {}
    )
    if by and len(scopes) * len(stretches) > MOST_PARTS:
        raise Invalid(
            [Problem(None, "grain", f"would make more than {MOST_PARTS} parts")],
            "Ask for a shorter period, a coarser grain, or a part of the plan.",
        )
    rows = []
    for value, scope in scopes.items():
        whole = facts.of_plan(scope)
        parts = {first: whole.as_of(*days) for first, days in stretches.items()} if grain else {None: whole}
        for bucket, part in parts.items():
            values = {key: _value(METRICS[key], part) for key in keys}
            if any(number is not None for number in values.values()):
                axes = ({"value": value} if by else {}) | ({"bucket": bucket} if grain else {})
                rows.append(axes | values)
    return rows


def compared_sides(facts: Facts) -> tuple[Facts, Facts] | None:
    """The facts of both sides of the like-for-like comparison; None where the plan's history does not reach back."""
    comparison = facts.plan_comparison
    if not comparison.possible("run_lines"):
        return None
    present = facts.as_of(comparison.start, comparison.end) if comparison.shortened else facts
    return present, facts.as_of(
        comparison.previous_start, comparison.previous_end, until=comparison.runs_until
    )


def with_comparison(facts: Facts, whole: Figure) -> Figure:
    """The figure with both of its sides, put into words: a rate over days, anything else as it stood then."""
    own = METRICS[whole.key]
    if not own.compared:
        return replace(whole, note="it has no period before")
    comparison, sides = facts.plan_comparison, compared_sides(facts)
    if sides is None:
        return replace(whole, note=comparison.in_words("run_lines"))
    words = comparison.in_words("run_lines").removeprefix("a day, ")
    if own.window == "now":
        last = comparison.previous_end
        until = f" at {comparison.runs_until:%H:%M}" if comparison.runs_until else ""
        words = f"vs how it stood on {period_in_words(last, last)}{until}"
    present, before = (_value(own, side) for side in sides)
    return replace(whole, compared=present if comparison.shortened else None, previous=before, note=words)


def check_parts_of_teams(facts: Facts) -> None:
    """Forbidden where the facts are narrowed to a team, or to sprints of one, whose figures are withheld from their reader."""
    with facts.ws.store.read() as session:
        check_scope(session, facts.actor, facts.plan.tasks)


def value_names(facts: Facts, by: Dimension | PlanDimension, values: Collection[str]) -> dict[str, str]:
    """A name for each of the values of a dimension, of the warehouse or of the plan."""
    if by not in PLAN_DIMENSIONS:
        return facts.names.distinct(by, values)
    known = part_names(facts.ws.store, facts.actor, by)
    labels = {(str(by), str(number)): name for number, name in known.items()}
    return Names(labels).distinct(by, values)


def _value(own: Metric, facts: Facts) -> Any:
    assert own.read is not None
    return own.read(facts).value


def _stretches(facts: Facts, grain: Grain, first: date | None) -> dict[date, tuple[date, date]]:
    """By its bucket the first and last day of each stretch of the period, from the `first` day that is known until today."""
    last = min(facts.filters.end, facts.today)
    if first is None:
        return {}
    day = max(facts.filters.start, _bucket(first, grain))
    stretches: dict[date, tuple[date, date]] = {}
    while day <= last:
        bucket = _bucket(day, grain)
        stretches[bucket] = (stretches.get(bucket, (day, day))[0], day)
        day += timedelta(days=1)
    return stretches


def _bucket(day: date, grain: Grain) -> date:
    """The first day of the day, week (from Monday) or month in which `day` lies."""
    if grain == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if grain == "week" else day


def _scopes(facts: Facts, by: PlanDimension) -> dict[str, FlowScope]:
    """By its value each part of the plan that lies within what is asked for; what is withheld of teams, as one."""
    scope = facts.plan.tasks
    together, sprints = _withheld(facts) if by in ("team", "sprint") else (TeamsTogether(), {})
    ids = [*part_names(facts.ws.store, facts.actor, by), *([NONE] if by in MAY_BE_NONE else [])]
    apart = together.ids if by == "team" else sprints
    parts = {_text(number): _part(scope, by, number) for number in ids if number not in apart}
    if together.enough(sprints.values()) and scope.team_id is None and not scope.sprint_ids:
        parts[SMALL_GROUPS] = replace(scope, sprint_ids=tuple(sprints))
    return {value: part for value, part in parts.items() if part is not None}


def _withheld(facts: Facts) -> tuple[TeamsTogether, dict[int, int]]:
    """The teams whose figures are not told apart, and their sprints with their teams."""
    with facts.ws.store.read() as session:
        together = teams_together(session, facts.actor)
        return together, sprints_of(session, together.ids)


def _part(scope: FlowScope, by: PlanDimension, number: int) -> FlowScope | None:
    """One part of a scope; None where the scope is narrowed to others."""
    match by:
        case "effort":
            asked, part = scope.effort_ids, replace(scope, effort_ids=(number,))
        case "project":
            asked, part = scope.project_ids, replace(scope, project_ids=(number,))
        case "sprint":
            asked, part = scope.sprint_ids, replace(scope, sprint_ids=(number,))
        case "team":
            asked, part = _one(scope.team_id), replace(scope, team_id=number)
        case "flow":
            asked, part = _one(scope.flow), replace(scope, flow=number)
    return part if not asked or number in asked else None


def _one(number: int | None) -> tuple[int, ...]:
    return () if number is None else (number,)


def part_names(store: Store, actor: Actor, by: str) -> Mapping[int, str]:
    """The names of the parts of the plan by a dimension: by id, flows by their number."""
    if by == "flow":
        return flow_names(store, actor)
    names = plan_names(store, actor)
    match by:
        case "effort":
            return names.efforts
        case "project":
            return names.projects
        case "sprint":
            return names.sprints
    return names.teams


def _text(number: int) -> str:
    return UNATTRIBUTED if number == NONE else str(number)
