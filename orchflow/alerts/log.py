"""The log of every evaluation: written in bulk, read page by page, and kept bounded.

Entries in which a state changed or somebody answered are kept for 400 days; of the others the newest 500 of each rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import withheld_from
from orchflow.alerts.tables import AlertEntry, AlertRule, AlertState, Cause
from orchflow.costs.hourly_rates import may_see_rates
from orchflow.people.permissions import Actor, Permission
from orchflow.store.engine import Store

KEPT, MOVES_KEPT = 500, timedelta(days=400)
PAGE = 50


@dataclass(frozen=True)
class LogEntry:
    """One evaluation, or an answer; `id` is its place: later ones are larger. What the reader may not see is withheld."""

    id: int
    rule_id: int
    scope: str
    at: datetime
    cause: Cause
    about: str
    value: Decimal | None
    expected: Decimal | None
    words: str
    before: AlertState
    after: AlertState
    moved: bool


def alert_log(
    store: Store, actor: Actor, rule_id: int, *, before: int | None = None, limit: int | None = PAGE, moves: bool = False
) -> list[LogEntry]:  # fmt: skip
    """The entries of a rule, the newest first: those before the entry `before`, at most `limit`; or only its `moves`.

    NotFound when there is no such rule. Of evaluations with an owner's rights others are told what is told to everybody, where
    anything is; of all of them nothing to who may not see the figure.
    """
    if withheld_from(actor, ALERT_RULES.get(store, actor, rule_id)):
        return []
    statement = sa.select(AlertEntry).where(AlertEntry.rule_id == rule_id).order_by(AlertEntry.id.desc())
    if before is not None:
        statement = statement.where(AlertEntry.id < before)
    if moves:
        statement = statement.where(AlertEntry.moved)
    may = {"people": actor.may(Permission.PERSON_FIGURES), "rates": may_see_rates(actor)}
    lacking = [getattr(AlertEntry, name) for name, seen in may.items() if not seen]
    if lacking:
        statement = statement.where(sa.not_(sa.or_(*lacking)) | (AlertEntry.told_words != ""))
    with store.read() as session:
        return [
            _entry(row, less=any(getattr(row, column.key) for column in lacking))
            for row in session.scalars(statement.limit(limit))
        ]


def write_log(session: Session, entries: Sequence[dict[str, Any]]) -> None:
    """Add entries, in the unit of what they tell of."""
    if entries:
        session.execute(sa.insert(AlertEntry), entries)


def prune_log(session: Session, now: datetime) -> None:
    """Let go of what need not be kept, and of the entries of rules that are gone."""
    session.execute(sa.delete(AlertEntry).where(AlertEntry.at < now - MOVES_KEPT))
    session.execute(sa.delete(AlertEntry).where(AlertEntry.rule_id.not_in(sa.select(AlertRule.id))))
    quiet = sa.select(
        AlertEntry.id,
        sa.func.row_number().over(partition_by=AlertEntry.rule_id, order_by=AlertEntry.id.desc()).label("place"),
    ).where(AlertEntry.moved.is_(False)).subquery()  # fmt: skip
    session.execute(
        sa.delete(AlertEntry).where(AlertEntry.id.in_(sa.select(quiet.c.id).where(quiet.c.place > KEPT)))
    )


def _entry(row: AlertEntry, *, less: bool) -> LogEntry:
    value, words = (row.told_value, row.told_words) if less else (row.value, row.words)
    return LogEntry(
        row.id, row.rule_id, row.scope, row.at, row.cause, row.about, value, row.expected, words,
        row.before, row.after, row.moved,
    )  # fmt: skip
