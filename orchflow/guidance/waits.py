"""Which steps wait for which others that still have open items."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.planning.tables import ChecklistItem, ItemState, Step


def waits_for(session: Session) -> dict[int, tuple[str, ...]]:
    """Step (by id) → the names of those right before it in which something required is open; () where it can be begun."""
    rows = _steps(session)
    busy = _busy(session)
    held = {(row.flow_id, row.key): row.name for row in rows if row.id in busy}
    return {
        row.id: tuple(held[row.flow_id, key] for key in row.after if (row.flow_id, key) in held)
        for row in rows
    }


def holds_up(session: Session) -> dict[int, int]:
    """Step (by id) → how many others wait for it, right after it or further on; only where something required is open."""
    rows = _steps(session)
    busy = _busy(session)
    next_to: dict[tuple[int, str], list[str]] = {}
    for row in rows:
        for key in row.after:
            next_to.setdefault((row.flow_id, key), []).append(row.key)
    return {row.id: len(_further(row.flow_id, row.key, next_to)) for row in rows if row.id in busy}


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


def _steps(session: Session) -> list[sa.Row[tuple[int, int, str, str, list[str]]]]:
    steps = sa.select(Step.id, Step.flow_id, Step.key, Step.name, Step.after)
    return list(session.execute(steps.order_by(Step.flow_id, Step.position, Step.id)))


def _busy(session: Session) -> set[int]:
    """The steps in which something required is open."""
    item = ChecklistItem
    left = sa.select(item.step_id).where(item.required, item.state == ItemState.OPEN).distinct()
    return set(session.scalars(left))
