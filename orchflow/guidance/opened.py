"""Items that a person opened although their self-check passes: the check leaves them alone until it has failed once."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.guidance.check_tables import CheckResult, CheckState
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.planning.tables import ChecklistItem, Comment

LEFT_ALONE = "Opened by hand. Its self-check leaves it so until it has failed once, or somebody ticks it."


def holding_checks(session: Session) -> frozenset[str]:
    """The checks that would tick their open items again, or set them aside."""
    may_lack = [key for key, check in CHECKS.items() if check.may_lack]
    holds = sa.or_(
        CheckResult.state == CheckState.PASSED,
        sa.and_(CheckResult.state == CheckState.NOT_APPLICABLE, CheckResult.key.in_(may_lack)),
    )
    return frozenset(session.scalars(sa.select(CheckResult.key).where(holds)))


def say_left_alone(session: Session, items: Collection[ChecklistItem]) -> None:
    """Say it on items that were opened by hand."""
    session.add_all(
        Comment(entity=ChecklistItem.__tablename__, entity_id=item.id, body=LEFT_ALONE, author_id=None)
        for item in items
    )
