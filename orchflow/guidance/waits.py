"""Which steps wait for which others that still have open items."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.planning.tables import ChecklistItem, ItemState, Step


def waits_for(session: Session) -> dict[int, tuple[str, ...]]:
    """Step (by id) → the names of those right before it in which something required is open; () where it can be begun."""
    rows = _steps(session)
    held = {(row.flow_id, row.key): row.name for row in rows if row.busy}
    return {
        row.id: tuple(held[row.flow_id, key] for key in row.after if (row.flow_id, key) in held)
        for row in rows
    }


def holds_up(session: Session) -> dict[int, int]:
    """Step (by id) → how many others wait for it, right after it or further on; only where something required is open."""
    rows = _steps(session)
    next_to: dict[tuple[int, str], list[str]] = {}
    for row in rows:
        for key in row.after:
            next_to.setdefault((row.flow_id, key), []).append(row.key)
    return {row.id: len(_further(row.flow_id, row.key, next_to)) for row in rows if row.busy}


def _further(flow_id: int, key: str, next_to: dict[tuple[int, str], list[str]]) -> set[str]:
    """The steps that come after one, however far."""
    reached: set[str] = set()
    ahead = list(next_to.get((flow_id, key), ()))
    while ahead:
        step = ahead.pop()
        if step not in reached:
            reached.add(step)
            ahead += next_to.get((flow_id, step), ())
    return reached


def _steps(session: Session) -> list[sa.Row[tuple[int, int, str, str, list[str], bool]]]:
    """The steps, each with whether something required is open in it."""
    item = ChecklistItem
    left = sa.exists().where(item.step_id == Step.id, item.required, item.state == ItemState.OPEN)
    steps = sa.select(Step.id, Step.flow_id, Step.key, Step.name, Step.after, left.label("busy"))
    return list(session.execute(steps.order_by(Step.flow_id, Step.position, Step.id)))
