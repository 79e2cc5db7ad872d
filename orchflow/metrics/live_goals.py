"""Goals that are bound to a figure take their current value from it; any figure of the catalogue will do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from orchflow import clock
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.present import present
from orchflow.metrics.privacy import Privacy
from orchflow.people.permissions import SYSTEM, Actor, Permission
from orchflow.planning.tables import Goal
from orchflow.store.merge import lock_rows
from orchflow.workspace import Workspace

PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class MovedGoal:
    """A goal whose current value was brought up to date."""

    goal_id: int
    name: str
    figure: str
    before: Decimal | None
    now: Decimal


@dataclass(frozen=True)
class GoalRefresh:
    """What refreshing did: goals that moved, goals whose figure cannot be said now, goals bound to an unknown figure."""

    moved: tuple[MovedGoal, ...]
    unknown_now: tuple[int, ...]
    unknown_figure: tuple[int, ...]
    request: str | None = None


def goal_values(ws: Workspace, keys: Collection[str], now: datetime) -> dict[str, Decimal | None]:
    """The present values of figures as goals have them: each over its own window, a share as a percentage.

    None for one that cannot be said now; a key that is no figure has no value. All who see the plan see its goals, so they
    have the figures as those see them who may not see small groups.
    """
    known = [key for key in METRICS if key in keys]
    return {
        key: None
        if figure.value is None
        else (Decimal(str(figure.value)) * (100 if figure.unit == "percent" else 1)).quantize(PLACES)
        for key, figure in present(ws, SYSTEM, known, Privacy(), now).items()
    }


def refresh_goals(
    ws: Workspace,
    actor: Actor,
    *,
    now: datetime | None = None,
    request: str | None = None,
    of: Collection[str] | None = None,
) -> GoalRefresh:
    """Bring the current value of every goal bound to a figure (`of`: to one of these) up to date, recorded in its
    history where it moved.

    A figure that cannot be said now leaves the goal as it is.
    """
    actor.require(Permission.PLAN_EDIT)
    with ws.store.read() as session:
        live = sa.select(Goal.id, Goal.live_figure, Goal.current).where(Goal.live_figure.is_not(None))
        bound = session.execute(live if of is None else live.where(Goal.live_figure.in_(of))).all()
    values = goal_values(ws, {key for _, key, _ in bound if key}, now or clock.now())
    changed = {
        goal_id: key
        for goal_id, key, current in bound
        if key and (value := values.get(key)) is not None and value != current
    }
    moved: list[MovedGoal] = []
    if changed:
        with ws.store.unit(actor, request) as session:
            for goal in lock_rows(session, Goal, changed).values():
                value = values.get(goal.live_figure or "")
                if value is not None and goal.current != value:
                    moved.append(MovedGoal(goal.id, goal.name, str(goal.live_figure), goal.current, value))
                    goal.current = value
    return GoalRefresh(
        tuple(moved),
        tuple(goal_id for goal_id, key, _ in bound if key in METRICS and values[key] is None),
        tuple(goal_id for goal_id, key, _ in bound if key not in METRICS),
        request,
    )
