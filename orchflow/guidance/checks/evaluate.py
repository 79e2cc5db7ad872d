"""Evaluates checks and keeps what they came to: the state, the evidence, and why one could not be evaluated.

What a check came to is written in one unit of work, as by the product itself; only a state, its words and trouble are
recorded in the history, so that looking again changes nothing that is seen.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import OrchflowError, log_failure
from orchflow.guidance.check_tables import CheckResult, CheckState
from orchflow.guidance.checks.catalogue import CHECKS, check_called, concerned_by
from orchflow.guidance.checks.check import Check, Outcome
from orchflow.guidance.checks.facts import CheckFacts
from orchflow.guidance.ticks import follow_checks
from orchflow.people.permissions import SYSTEM, Actor, Permission
from orchflow.store import locks
from orchflow.workspace import Workspace

PLACES = Decimal("0.0001")
MOST_VALUE = Decimal(10) ** 13
MOST_MISSING, LONGEST_WORDS = 200, 2_000
_LOCK = "checks"
EVERY_HOUR = "10 * * * *"
"""When all checks are evaluated, as crontab writes it: what only time changes no event tells."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Evaluated:
    """What a try to evaluate a check came to: an outcome, or the trouble because of which there is none."""

    key: str
    outcome: Outcome | None
    trouble: str = ""


@dataclass(frozen=True)
class Changed:
    """A check whose state is another one than before; `before` None: it was evaluated for the first time."""

    key: str
    before: CheckState | None
    now: CheckState
    words: str


def evaluate_checks(
    ws: Workspace, keys: Collection[str] | None = None, *, now: datetime | None = None
) -> list[Changed]:
    """Evaluate the checks `keys` (None: all) and keep what they came to; those whose state changed. Items follow them.

    A check that cannot be evaluated keeps its last result and is told with the reason; the others are evaluated.
    """
    facts = CheckFacts(ws, now)
    chosen = CHECKS.values() if keys is None else [CHECKS[key] for key in CHECKS if key in keys]
    tries = [_try(check, facts) for check in chosen]
    if not tries:
        return []
    with ws.store.unit(SYSTEM) as session:
        locks.take(session, _LOCK)
        changed = keep_results(session, {each.key: each for each in tries}, facts.now)
        if keys is None:
            _forget_others(session)
    follow_checks(ws.store)
    return changed


def run_checks(ws: Workspace, actor: Actor, keys: Collection[str] | None = None) -> list[Changed]:
    """The same because somebody asks; Forbidden for those who may not change the plan, NotFound for an unknown key."""
    actor.require(Permission.PLAN_EDIT)
    ws.store.confirm(actor)
    for key in keys or ():
        check_called(key)
    return evaluate_checks(ws, keys)


def evaluate_after(ws: Workspace, moved: Collection[str] | None) -> list[Changed]:
    """Evaluate the checks whose answer these kinds of rows or topics of facts may have changed (None: all)."""
    return evaluate_checks(ws, None if moved is None else concerned_by(moved))


def last_evaluated(ws: Workspace) -> datetime:
    """When a check was evaluated last; long ago where none ever was."""
    with ws.store.read() as session:
        return session.scalar(sa.select(sa.func.max(CheckResult.evaluated_at))) or datetime(
            2000, 1, 1, tzinfo=UTC
        )


def _try(check: Check, facts: CheckFacts) -> Evaluated:
    try:
        return Evaluated(check.key, check.evaluate(facts))
    except Exception as error:
        log_failure(log, f"The check {check.key} could not be evaluated", error)
        told = f"{error}. {error.hint}".strip() if isinstance(error, OrchflowError) else ""
        return Evaluated(
            check.key, None, told or f"Its evaluation failed ({type(error).__name__}); the log tells more"
        )


def keep_results(session: Session, tries: Mapping[str, Evaluated], now: datetime) -> list[Changed]:
    """Keep what checks (by key) came to at an instant; those whose state changed."""
    rows = {row.key: row for row in session.scalars(sa.select(CheckResult).order_by(CheckResult.id))}
    changed = []
    for key, tried in tries.items():
        row = rows.get(key)
        if row is None:
            row = CheckResult(key=key, words="", missing=[], trouble="")
            session.add(row)
        before = row.state
        _write(row, tried, now)
        if tried.outcome is not None and before is not row.state:
            changed.append(Changed(key, before, tried.outcome.state, row.words))
    return changed


def _forget_others(session: Session) -> None:
    """Delete the results of checks that the product no longer has."""
    for row in session.scalars(sa.select(CheckResult).where(CheckResult.key.not_in(CHECKS))):
        session.delete(row)


def _write(row: CheckResult, tried: Evaluated, now: datetime) -> None:
    row.trouble = tried.trouble[:LONGEST_WORDS]
    outcome = tried.outcome
    if outcome is None:
        return
    if row.state is not outcome.state:
        row.changed_at = now
    row.state, row.evaluated_at = outcome.state, now
    row.words = outcome.words[:LONGEST_WORDS]
    row.missing = list(outcome.missing[:MOST_MISSING])
    row.value, row.threshold = _number(outcome.value), _number(outcome.threshold)


def _number(value: Any) -> Decimal | None:
    """A measured value as it is stored; None for one beyond what is measured here."""
    if value is None:
        return None
    number = Decimal(str(value))
    return number.quantize(PLACES) if number.is_finite() and abs(number) < MOST_VALUE else None
