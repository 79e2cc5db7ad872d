"""Who is exempt from which check, by whom and until when; what is asked for first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from orchflow import clock
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.exemptions import (
    CHECK_EXEMPTIONS,
    LIVE,
    SOON_DAYS,
    CheckExemptionRow,
    ExemptionState,
    exemption_state,
    may_end,
)
from orchflow.guidance.checks.names import Name, names_by_id
from orchflow.people.job_role_changes import allowed_by_job
from orchflow.people.permissions import Actor, Permission
from orchflow.workspace import Workspace

_FIRST: Final = {ExemptionState.ASKED: 0, ExemptionState.IN_FORCE: 1}


@dataclass(frozen=True)
class Exempted:
    """An exemption as it stands today, with the names of those who decided.

    It is `soon` over when its last day is near and it is in force. `may_approve` and `may_end`: whether the reader may do so.
    """

    id: int
    version: int
    key: str
    question: str
    reason: str
    expires: date
    days_left: int
    state: ExemptionState
    soon: bool
    asked_by: str | None
    asked_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    ended_by: str | None
    ended_at: datetime | None
    own: bool
    may_approve: bool
    may_end: bool


def list_exempted(
    ws: Workspace,
    actor: Actor,
    *,
    key: str | None = None,
    states: Collection[ExemptionState] | None = None,
) -> list[Exempted]:
    """The exemptions of a check (None: of all) in those states: what waits for somebody first, then by their last days."""
    rows = CHECK_EXEMPTIONS.list(ws.store, actor, key=key)
    names = names_by_id(ws.store) if rows else {}
    with ws.store.read() as session:
        decides = allowed_by_job(session, actor, "approves", Permission.PLAN_EDIT)
    today = clock.today(ws.zone)
    listed = [_exempted(row, actor, today, names, decides=decides) for row in rows if row.key in CHECKS]
    chosen = [each for each in listed if states is None or each.state in states]
    return sorted(chosen, key=lambda each: (_FIRST.get(each.state, 2), _nearness(each), each.id))


def _nearness(each: Exempted) -> int:
    """Those to come by their nearest day, those that are over by their latest."""
    return each.expires.toordinal() * (1 if each.state in LIVE else -1)


def _exempted(
    row: CheckExemptionRow, actor: Actor, today: date, names: Mapping[int, Name], *, decides: bool
) -> Exempted:
    state, own = exemption_state(row, today), row.asked_by_id == actor.user_id
    days_left = (row.expires - today).days

    def called(number: int | None) -> str | None:
        known = names.get(number or 0)
        return known.name if known else None

    return Exempted(
        row.id, row.version, row.key, CHECKS[row.key].question, row.reason, row.expires, days_left, state,
        soon=state is ExemptionState.IN_FORCE and days_left <= SOON_DAYS,
        asked_by=called(row.asked_by_id),
        asked_at=row.created_at,
        approved_by=called(row.approved_by_id),
        approved_at=row.approved_at,
        ended_by=called(row.ended_by_id),
        ended_at=row.ended_at,
        own=own,
        may_approve=decides and not own and state is ExemptionState.ASKED,
        may_end=state in LIVE and (may_end(row, actor) or (decides and state is ExemptionState.ASKED)),
    )  # fmt: skip
