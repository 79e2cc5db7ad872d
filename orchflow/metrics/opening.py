"""What opens under a figure: how it is counted, from which rows and sources, its target, and where else it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from orchflow.costs.tables import Target
from orchflow.metrics.catalogue import METRICS, metric
from orchflow.metrics.document import Answer, answer, as_asked, facts_for
from orchflow.metrics.facts import Facts
from orchflow.metrics.figure_address import Asked, filters_asked, opened_at, period_asked, plan_asked
from orchflow.metrics.figure_sources import SourceCovered, figure_sources
from orchflow.metrics.metric import Metric, Number, RowsBehind, Unit
from orchflow.metrics.read import code_of, figures
from orchflow.metrics.rows_behind import components, rows_behind, why_no_rows
from orchflow.metrics.strips import screens_of
from orchflow.metrics.targets import TARGETS
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.tables import Goal
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class Component:
    """A figure that another one is composed of, or one composed of it; `opens` is its own address."""

    key: str
    label: str
    unit: Unit
    value: Number | None
    missing: str | None
    opens: str


@dataclass(frozen=True)
class TargetVersion:
    """What good looks like from a day on (None: as long as the settings have it), who answers for it, and a word on it."""

    value: Number
    valid_from: date | None
    owner: str
    note: str


@dataclass(frozen=True)
class FollowingGoal:
    """A goal of the plan whose current value is the figure's."""

    id: int
    name: str


@dataclass(frozen=True)
class OpenedFigure:
    """Everything behind a figure.

    `formula` is over the rows of the base, or over other figures in braces; a figure by a function has its `code` instead.
    `rows` are what it is counted from, in one part of a dataset each; `no_rows` says why there are none. `sources` are those
    of the workspace: covered and missed. `shown_on` are the addresses of screens.
    """

    answer: Answer
    question: str
    owner: str
    formula: str
    code: str
    composed_of: tuple[Component, ...]
    part_of: tuple[Component, ...]
    rows: tuple[RowsBehind, ...]
    no_rows: str
    sources: tuple[SourceCovered, ...]
    targets: tuple[TargetVersion, ...]
    shown_on: tuple[str, ...]
    goals: tuple[FollowingGoal, ...]


def facts_at(ws: Workspace, actor: Actor, key: str, asked: Asked) -> Facts:
    """The facts of the figure `key` that an address asks for; Invalid for days and parts of the plan that are none."""
    start, end = period_asked(asked)
    return facts_for(
        ws, actor, key, start=start, end=end, narrowed=filters_asked(asked), plan=plan_asked(asked)
    )


def opened(facts: Facts, key: str) -> OpenedFigure:
    """What is behind the figure `key` within the facts; NotFound, Invalid and Forbidden as for its value."""
    own, then = metric(key), as_asked(facts, metric(key))
    whole, rows = answer(facts, key), rows_behind(then, key)
    return OpenedFigure(
        whole, own.question, own.owner, own.formula, code_of(key),
        _components(facts, components(key)), _components(facts, _composed_of(own)),
        rows, "" if rows else why_no_rows(facts, key), figure_sources(facts, key), _targets(facts, own), screens_of(key), _goals(facts, key),
    )  # fmt: skip


def _composed_of(own: Metric) -> list[Metric]:
    return [other for other in METRICS.values() if own in components(other.key)]


def _components(facts: Facts, members: Iterable[Metric]) -> tuple[Component, ...]:
    seen = [member.key for member in members if facts.actor.may(member.permission)]
    return tuple(
        Component(one.key, one.label, one.unit, one.value, one.missing, opened_at(facts, one.key))
        for one in figures(facts, seen, trends=False)
    )


def _targets(facts: Facts, own: Metric) -> tuple[TargetVersion, ...]:
    """The newest first; that of the settings holds before and without the others."""
    settings = facts.ws.settings.targets
    always = own.target and TargetVersion(getattr(settings, own.target), None, own.owner, "From the settings")
    kept: list[TargetVersion] = []
    if facts.actor.may(TARGETS.view):
        held = sa.select(Target, User.display_name).outerjoin(User, User.id == Target.owner_id)
        newest = held.where(Target.figure == own.key).order_by(Target.valid_from.desc())
        with facts.ws.store.read() as session:
            kept = [
                TargetVersion(row.value, row.valid_from, owner or own.owner, row.note or "")
                for row, owner in session.execute(newest)
            ]
    return (*kept, *([always] if always else []))


def _goals(facts: Facts, key: str) -> tuple[FollowingGoal, ...]:
    if not facts.actor.may(Permission.PLAN_VIEW):
        return ()
    following = sa.select(Goal.id, Goal.name).where(Goal.live_figure == key).order_by(Goal.name, Goal.id)
    with facts.ws.store.read() as session:
        return tuple(FollowingGoal(*row) for row in session.execute(following))
