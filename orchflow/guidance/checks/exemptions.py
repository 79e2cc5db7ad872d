"""Exemptions: a check need not pass until a day, because somebody asked for it and somebody else approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa

from orchflow.errors import Forbidden, Invalid, Problem
from orchflow.guidance.check_shares import in_force
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.people.job_role_changes import allowed_by_job, may_by_job
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import CheckExemption
from orchflow.store.engine import Store
from orchflow.store.entity import Entity, Filter
from orchflow.store.history import instant, zone_of
from orchflow.store.merge import unchanged
from orchflow.store.request import new_request
from orchflow.store.rows import row_of, row_type, stored
from orchflow.store.rules import Rules

if TYPE_CHECKING:
    CheckExemptionRow: TypeAlias = CheckExemption
else:
    CheckExemptionRow = row_type("CheckExemptionRow", CheckExemption, __name__)

LONGEST_DAYS = 366
SOON_DAYS = 14
"""An exemption that ends within so many days is marked."""


class ExemptionState(StrEnum):
    """Where an exemption is in its life."""

    ASKED = "asked"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    ENDED = "ended"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


LIVE = frozenset({ExemptionState.ASKED, ExemptionState.IN_FORCE})
"""Those about which there is something to decide."""


SAID = {
    ExemptionState.ASKED: "is asked for", ExemptionState.IN_FORCE: "is in force", ExemptionState.EXPIRED: "has expired",
    ExemptionState.ENDED: "has ended", ExemptionState.REFUSED: "was refused", ExemptionState.WITHDRAWN: "was withdrawn",
}  # fmt: skip
"""Each state, said of an exemption."""


def exemption_state(row: CheckExemptionRow, today: date) -> ExemptionState:
    """Where an exemption stands on a day; one that nobody approved in time has expired as well.

    One that ended before it was approved was withdrawn by who asked, or refused by somebody else.
    """
    if row.ended_at is not None:
        if row.approved_at is not None:
            return ExemptionState.ENDED
        own = row.ended_by_id == row.asked_by_id
        return ExemptionState.WITHDRAWN if own else ExemptionState.REFUSED
    if row.expires < today:
        return ExemptionState.EXPIRED
    return ExemptionState.ASKED if row.approved_at is None else ExemptionState.IN_FORCE


class _ExemptionRules(Rules):
    """An exemption is of a check, for at most a year, and stays as it was approved."""

    def complete(self, values: dict[str, Any]) -> None:
        values["asked_by_id"] = self.actor.user_id

    def not_allowed(self, row: Any, values: Mapping[str, Any]) -> list[Problem]:
        if row is not None and (row.approved_at or row.ended_at) and values:
            return [
                Problem(None, name, "stays as it was decided upon; end the exemption and ask for another")
                for name in values
            ]
        if row is not None and row.asked_by_id != self.actor.user_id:
            return [Problem(None, name, "only who asked changes what is asked for") for name in values]
        return super().not_allowed(row, values)

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        if "key" in values and values["key"] not in CHECKS:
            problems.append(Problem(None, "key", f"there is no check {values['key']}"))
        if "expires" in values:
            today = instant(self.session).astimezone(zone_of(self.session)).date()
            if not today <= values["expires"] <= today + timedelta(days=LONGEST_DAYS):
                problems.append(
                    Problem(None, "expires", f"must be from today on and at most {LONGEST_DAYS} days ahead")
                )
        return problems


CHECK_EXEMPTIONS = Entity(
    CheckExemption,
    CheckExemptionRow,
    "Checks that need not pass until a day: who asked, why, and who approved.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.PLAN_EDIT_OWN,
    owner="asked_by_id",
    order=(CheckExemption.ended_at.is_not(None), CheckExemption.expires),
    filters={"key": Filter(str, lambda key: CheckExemption.key == key, "Of this check.")},
    rules=_ExemptionRules,
    deletable=lambda row: (
        "It was approved, so it is part of the record; end it instead" if row.approved_at else ""
    ),
    own_words="Only who asked",
)


def approve_exemption(
    store: Store, actor: Actor, exemption_id: int, base_version: int | None = None, request: str | None = None
) -> CheckExemptionRow:
    """Let an exemption hold. Forbidden for who asked for it, Invalid for one that has ended or expired.

    With a `base_version` ConflictError when it has changed since: what is approved is what was read.
    """
    actor.require(Permission.PLAN_VIEW)
    with store.unit(actor, request or new_request()) as session:
        may_by_job(session, actor, "approves", Permission.PLAN_EDIT)
        if base_version is not None:
            unchanged(session, CheckExemption, exemption_id, base_version)
        row = stored(session, CheckExemption, exemption_id, lock=True)
        if row.asked_by_id == actor.user_id:
            raise Forbidden(
                "Nobody approves an exemption that they asked for themselves",
                "Ask another manager to approve it.",
            )
        state = exemption_state(row, instant(session).astimezone(zone_of(session)).date())
        if state not in LIVE:
            raise Invalid(
                [Problem(exemption_id, "expires", f"the exemption {SAID[state]}")], "Ask for another one."
            )
        if state is ExemptionState.ASKED:
            row.approved_by_id, row.approved_at = actor.user_id, instant(session)
            session.flush()
        return row_of(CheckExemptionRow, row)


def end_exemption(
    store: Store, actor: Actor, exemption_id: int, base_version: int | None = None, request: str | None = None
) -> CheckExemptionRow:
    """End an exemption, or refuse one that is asked for. Ending it again changes nothing.

    By a manager or by who asked; whose job role approves exemptions refuses them as well.
    """
    actor.require(Permission.PLAN_VIEW)
    with store.unit(actor, request or new_request()) as session:
        if base_version is not None:
            unchanged(session, CheckExemption, exemption_id, base_version)
        row = stored(session, CheckExemption, exemption_id, lock=True)
        decides = row.approved_at is None and allowed_by_job(session, actor, "approves", Permission.PLAN_EDIT)
        if not decides and not may_end(row, actor):
            raise Forbidden("Only who asked or a manager ends an exemption", "Ask one of them.")
        if row.ended_at is None:
            row.ended_at, row.ended_by_id = instant(session), actor.user_id
            session.flush()
        return row_of(CheckExemptionRow, row)


def may_end(row: CheckExemptionRow, actor: Actor) -> bool:
    """Whether the actor's own rights let them end an exemption."""
    own = row.asked_by_id == actor.user_id and actor.may(Permission.PLAN_EDIT_OWN)
    return own or actor.may(Permission.PLAN_EDIT)


def exempt_until(store: Store, today: date) -> dict[str, date]:
    """The checks of which an exemption is in force, each with its last day."""
    exempt = (
        sa.select(CheckExemption.key, sa.func.max(CheckExemption.expires))
        .where(*in_force(today))
        .group_by(CheckExemption.key)
    )
    with store.read() as session:
        return {row[0]: row[1] for row in session.execute(exempt)}
