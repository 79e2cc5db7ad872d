"""How many self-checks pass."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from orchflow.guidance.check_tables import CheckResult, CheckState
from orchflow.planning.tables import CheckExemption
from orchflow.store.engine import Store


def in_force(today: date) -> tuple[sa.ColumnElement[bool], ...]:
    """That an exemption holds on a day."""
    return (
        CheckExemption.approved_at.is_not(None),
        CheckExemption.ended_at.is_(None),
        CheckExemption.expires >= today,
    )


def passed_checks(store: Store, today: date) -> tuple[int, int]:
    """How many checks pass, and how many pass or fail, those left out of which an exemption is in force."""
    exempt = sa.select(CheckExemption.key).where(*in_force(today))
    counted = (
        sa.select(CheckResult.state, sa.func.count(CheckResult.id))
        .where(CheckResult.state.in_((CheckState.PASSED, CheckState.FAILED)), CheckResult.key.not_in(exempt))
        .group_by(CheckResult.state)
    )
    with store.read() as session:
        counts = {row[0]: int(row[1]) for row in session.execute(counted)}
    return counts.get(CheckState.PASSED, 0), sum(counts.values())
