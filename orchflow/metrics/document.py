"""One figure as a document for programs: the API, the command line and the dataset answer with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from orchflow import clock
from orchflow.errors import Invalid, Problem
from orchflow.metrics.catalogue import METRICS, metric
from orchflow.metrics.compiler import check_parts, dimensions, grains
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import FILTERED, Filters, window_of
from orchflow.metrics.kept_targets import kept_targets
from orchflow.metrics.metric import Dimension, Direction, Grain, Metric, Number, PlanDimension, Unit, Window
from orchflow.metrics.plan_parts import (
    check_parts_of_teams,
    compared_sides,
    plan_lines,
    value_names,
    with_comparison,
)
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.privacy import privacy_of
from orchflow.metrics.read import definition, figure, lines
from orchflow.metrics.sided import comparable, unknown_narrowing
from orchflow.metrics.unconverted import UnconvertedAmount
from orchflow.metrics.unpriced import unpriced_of
from orchflow.people.permissions import Actor, Permission
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class MetricDescription:
    """A figure as the catalogue declares it; `filters` are all it can be narrowed to.

    `undivided` says of a dimension, or of "grain", why the figure has no such parts.
    """

    key: str
    label: str
    question: str
    definition: str
    unit: Unit
    direction: Direction
    target: Number | None
    owner: str
    window: Window
    dimensions: tuple[Dimension | PlanDimension, ...]
    grains: tuple[Grain, ...]
    filters: tuple[Dimension | PlanDimension, ...]
    undivided: Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """One value of the dimension, one stretch of time, or one of both; `label` is what the value is called."""

    group: str | None
    label: str | None
    start: date | None
    value: Number | None
    previous: Number | None


@dataclass(frozen=True)
class Answer:
    """A figure over a period, compared with the period before, and its parts where they are asked for.

    `compared` and `previous` are the two sides of the comparison that `compared_with` puts into words. `unconverted` are the
    amounts that are in no sum of money, for want of a rate of exchange. `withheld` says what is not told of small groups,
    `unpriced` which hours are in no sum, for want of an hourly rate, `besides` what else is not known of it.
    """

    key: str
    label: str
    unit: Unit
    currency: str | None
    direction: Direction
    definition: str
    start: date
    end: date
    value: Number | None
    missing: str | None
    compared: Number | None
    previous: Number | None
    compared_with: str
    target: Number | None
    by: Dimension | PlanDimension | None
    grain: Grain | None
    parts: tuple[Part, ...]
    unconverted: tuple[UnconvertedAmount, ...]
    as_of: datetime | None
    computed_at: datetime | None
    sql: str
    withheld: str
    unpriced: str
    besides: str


def describe(ws: Workspace, actor: Actor) -> list[MetricDescription]:
    """Every figure that `actor` may see, in the order of the catalogue."""
    kept = kept_targets(ws.warehouse, clock.today(ws.zone))
    targets = kept.over(ws.settings.targets)
    return [
        MetricDescription(
            own.key,
            own.label,
            own.question,
            own.meaning(targets),
            own.unit,
            own.direction,
            kept.of(own.key, ws.settings.targets),
            own.owner,
            own.window,
            (*dimensions(own.key), *own.parts),
            grains(own.key),
            (*own.filtered_by, *(name for name in dimensions(own.key) if name in FILTERED), *own.parts),
            own.undivided,
        )
        for own in METRICS.values()
        if actor.may(own.permission)
    ]


def facts_for(
    ws: Workspace, actor: Actor, key: str, *, start: date | None = None, end: date | None = None,
    narrowed: Mapping[Dimension, Sequence[str]] | None = None, plan: PlanScope | None = None, now: datetime | None = None,
) -> Facts:  # fmt: skip
    """The facts of a figure over the days from `start` to `end`; over its own window where they are left out.

    Invalid for days in the wrong order.
    """
    at = now or clock.now()
    window = window_of(metric(key).window, at.astimezone(ws.zone).date())
    last = end or max(window.end, start or window.end)
    first = start or min(window.start, last)
    if last < first:
        raise Invalid(
            [Problem(None, "to", f"{last} is before the first day, {first}")], "Exchange the two days."
        )
    lists = {FILTERED[name]: tuple(values) for name, values in (narrowed or {}).items()}
    scope = plan or PlanScope()
    if "project" in dimensions(key) and scope.tasks.project_ids:
        lists["projects"] = tuple(map(str, scope.tasks.project_ids))
        scope = replace(scope, tasks=replace(scope.tasks, project_ids=()))
    if "team" in dimensions(key) and scope.tasks.team_id is not None:
        lists["teams"] = (str(scope.tasks.team_id),)
        scope = replace(scope, tasks=replace(scope.tasks, team_id=None))
    filters = Filters(first, last, **lists)
    return Facts(ws, actor, filters, privacy=privacy_of(actor), now=at, plan=scope)


def as_asked(facts: Facts, own: Metric) -> Facts:
    """The facts as the plan's history had them at the end of a period in the past, for a figure that is read from it."""
    if own.grains and facts.filters.end < facts.today:
        return facts.as_of(facts.filters.start, facts.filters.end)
    return facts


def answer(
    facts: Facts, key: str, *, by: Dimension | PlanDimension | None = None, grain: Grain | None = None, compare: bool = True
) -> Answer:  # fmt: skip
    """The figure `key`, with its parts by `by` and `grain`; parts of time are not compared.

    A figure of the plan over a period in the past is the one that the history gave at its end. NotFound for an unknown
    figure, Invalid for parts it does not have, Forbidden for what the actor may not see.
    """
    own = metric(key)
    check_parts(key, by, grain)
    check_parts_of_teams(facts)
    facts = as_asked(facts, own)
    whole = figure(facts, key)
    if own.permission is Permission.PLAN_VIEW and compare:
        whole = with_comparison(facts, whole)
    period = facts.filters if own.read else facts.period
    has_parts = (by or grain) and not unknown_narrowing(facts, own)
    return Answer(
        own.key,
        whole.label,
        own.unit,
        facts.ws.currency if own.unit == "money" else None,
        own.direction,
        definition(facts, key),
        period.start,
        period.end,
        whole.value,
        whole.missing,
        whole.now if compare and whole.previous is not None else None,
        whole.previous if compare else None,
        whole.note if compare else "",
        whole.target,
        by,
        grain,
        tuple(_parts(facts, key, by, grain, compare)) if has_parts else (),
        facts.unconverted if own.unit == "money" and not unknown_narrowing(facts, own) else (),
        whole.as_of,
        whole.computed_at,
        whole.sql,
        "" if own.read else facts.withheld,
        unpriced_of(facts, own) if not unknown_narrowing(facts, own) else "",
        whole.besides,
    )


def _parts(
    facts: Facts, key: str, by: Dimension | PlanDimension | None, grain: Grain | None, compare: bool
) -> Iterable[Part]:
    """The parts; those by a dimension alone also as they were before, where that can be compared."""
    compare = compare and by is not None and grain is None
    if metric(key).read is not None:
        rows, before = _of_plan(facts, key, cast(PlanDimension | None, by), grain, compare)
    else:
        rows, before = _of_warehouse(facts, key, cast(Dimension | None, by), grain, compare)
    known = {line.get("value") for line in rows}
    rows += [{"value": value, key: None} for value in before if value not in known]
    groups = [line["value"] for line in rows] if by else []
    names = value_names(facts, by, dict.fromkeys(groups)) if by else {}
    for line in rows:
        group = line.get("value")
        yield Part(group, names.get(str(group)), line.get("bucket"), line[key], before.get(group))


def _of_warehouse(
    facts: Facts, key: str, by: Dimension | None, grain: Grain | None, compare: bool
) -> tuple[list[dict[str, Any]], dict[Any, Any]]:
    """The lines of the period, and by its group the value of each before."""
    now = lines(facts, [key], by=by, grain=grain)
    if not compare or facts.comparison.per_day or not comparable(facts, key):
        return now, {}
    sides = lines(facts, [key], by=by, compared=True)
    return now, {line["value"]: line[f"previous_{key}"] for line in sides}


def _of_plan(
    facts: Facts, key: str, by: PlanDimension | None, grain: Grain | None, compare: bool
) -> tuple[list[dict[str, Any]], dict[Any, Any]]:
    """As `_of_warehouse`, for a figure of the plan."""
    now = plan_lines(facts, [key], by=by, grain=grain)
    sides = compared_sides(facts) if compare and metric(key).compared else None
    if sides is None or facts.plan_comparison.shortened:
        return now, {}
    return now, {line["value"]: line[key] for line in plan_lines(sides[1], [key], by=by)}
