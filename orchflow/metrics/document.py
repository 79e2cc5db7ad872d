"""One figure as a document for programs: the API, the command line and the dataset answer with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orchflow import clock
from orchflow.config import REPORTED_CURRENCY
from orchflow.errors import Invalid, Problem
from orchflow.metrics.catalogue import METRICS, metric
from orchflow.metrics.compiler import GRAINS, Grain, bases, dimensions
from orchflow.metrics.facts import Facts, PlanScope
from orchflow.metrics.filters import FILTERED, Filters, window_of
from orchflow.metrics.metric import Dimension, Direction, Narrowing, Number, Unit, Window
from orchflow.metrics.privacy import privacy_of
from orchflow.metrics.read import definition, figure, lines
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class Described:
    """A figure as the catalogue declares it; `filters` are all it can be narrowed to."""

    key: str
    label: str
    question: str
    definition: str
    unit: Unit
    direction: Direction
    target: Number | None
    owner: str
    window: Window
    dimensions: tuple[Dimension, ...]
    grains: tuple[Grain, ...]
    filters: tuple[Dimension | Narrowing, ...]


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

    `compared` and `previous` are the two sides of the comparison that `compared_with` puts into words.
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
    by: Dimension | None
    grain: Grain | None
    parts: tuple[Part, ...]
    as_of: datetime | None
    computed_at: datetime | None
    sql: str


def describe(ws: Workspace, actor: Actor) -> list[Described]:
    """Every figure that `actor` may see, in the order of the catalogue."""
    targets = ws.settings.targets
    return [
        Described(
            own.key,
            own.label,
            own.question,
            own.meaning(targets),
            own.unit,
            own.direction,
            own.target(targets) if own.target else None,
            own.owner,
            own.window,
            dimensions(own.key),
            GRAINS if bases(own.key) else (),
            (*own.filtered_by, *(name for name in dimensions(own.key) if name in FILTERED), *own.narrowed_by),
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
    filters = Filters(first, last, **lists)
    return Facts(ws, actor, filters, privacy=privacy_of(ws.warehouse, actor), now=at, plan=plan)


def answer(
    facts: Facts, key: str, *, by: Dimension | None = None, grain: Grain | None = None, compare: bool = True
) -> Answer:
    """The figure `key`, with its parts by `by` and `grain`; parts of time are not compared.

    NotFound for an unknown figure, Invalid for parts it does not have, Forbidden for what the actor may not see.
    """
    own, comparison = metric(key), facts.comparison
    if own.read is not None and (by or grain):
        raise Invalid(
            [Problem(None, "by" if by else "grain", f"{own.label} is one value without parts")],
            "Leave the dimension and the grain out.",
        )
    whole = figure(facts, key)
    return Answer(
        own.key,
        whole.label,
        own.unit,
        REPORTED_CURRENCY if own.unit == "money" else None,
        own.direction,
        definition(facts, key),
        facts.filters.start,
        facts.filters.end,
        whole.value,
        whole.missing,
        whole.now if compare and whole.previous is not None else None,
        whole.previous if compare else None,
        whole.note if compare else "",
        whole.target,
        by,
        grain,
        tuple(_parts(facts, key, by, grain, compare and comparison.possible(*bases(key))))
        if by or grain
        else (),
        whole.as_of,
        whole.computed_at,
        whole.sql,
    )


def _parts(
    facts: Facts, key: str, by: Dimension | None, grain: Grain | None, compared: bool
) -> Iterable[Part]:
    rows = lines(facts, [key], by=by, grain=grain)
    before: dict[Any, Any] = {}
    if compared and by and not grain and not facts.comparison.per_day:
        sides = lines(facts, [key], by=by, compared=True)
        before = {line["value"]: line[f"previous_{key}"] for line in sides}
        known = {line["value"] for line in rows}
        rows += [{"value": value, key: None} for value in before if value not in known]
    names = facts.names.distinct(by, {line["value"] for line in rows}) if by else {}
    for line in rows:
        group = line.get("value")
        yield Part(group, names.get(str(group)), line.get("bucket"), line[key], before.get(group))
