"""Campaigns: checks that are to pass by a day, each with somebody who sees to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from orchflow import clock
from orchflow.errors import NotFound, Problem
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.names import Name, names_by_id
from orchflow.guidance.checks.results import CheckStanding, ShownState, list_checks
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.tables import CheckCampaign
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.history import instant
from orchflow.store.merge import unchanged
from orchflow.store.request import new_request
from orchflow.store.rows import row_of, row_type, stored
from orchflow.store.rules import Rules, present
from orchflow.workspace import Workspace

if TYPE_CHECKING:
    CheckCampaignRow: TypeAlias = CheckCampaign
else:
    CheckCampaignRow = row_type("CheckCampaignRow", CheckCampaign, __name__)


class _CampaignRules(Rules):
    """A campaign is of checks that there are, and those who see to them are people."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        if "owners" not in values and row is not None:
            return problems
        owners: Mapping[str, int | None] = value("owners") or {}
        if not owners:
            problems.append(Problem(None, "owners", "names no check"))
        problems += [
            Problem(None, "owners", f"there is no check {key}") for key in owners if key not in CHECKS
        ]
        people = {owner for owner in owners.values() if owner is not None}
        known = present(self.session, User, people)
        problems += [
            Problem(None, "owners", f"there is no user {owner}") for owner in sorted(people - set(known))
        ]
        return problems


CHECK_CAMPAIGNS = Entity(
    CheckCampaign,
    CheckCampaignRow,
    "Checks that are to pass by a day, each with somebody who sees to it.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    order=(CheckCampaign.deadline,),
    rules=_CampaignRules,
)


CampaignState: TypeAlias = Literal["running", "met", "missed", "ended"]


@dataclass(frozen=True)
class CampaignCheck:
    """A check of a campaign. `owner` is who sees to it, by name; `left` when that person's account is disabled."""

    key: str
    question: str
    state: ShownState
    settled: bool
    owner_id: int | None
    owner: str | None
    left: bool


@dataclass(frozen=True)
class CampaignStanding:
    """How a campaign stands: `settled` of its `total` checks need nothing more to be done."""

    id: int
    version: int
    name: str
    reason: str
    deadline: date
    days_left: int
    state: CampaignState
    settled: int
    total: int
    ended_at: datetime | None
    checks: tuple[CampaignCheck, ...]


def campaign_named(store: Store, actor: Actor, name: str) -> CheckCampaignRow:
    """The campaign called so, in any case, or of that number; NotFound when there is none."""
    for row in CHECK_CAMPAIGNS.list(store, actor):
        if name.casefold() in (row.name.casefold(), str(row.id)):
            return row
    raise NotFound(f"There is no campaign {name!r}", "orchflow check campaign list shows all.")


def end_campaign(
    store: Store, actor: Actor, campaign_id: int, base_version: int | None = None, request: str | None = None
) -> CheckCampaignRow:
    """End a campaign before its last day. Ending it again changes nothing.

    With a `base_version` ConflictError when it has changed since.
    """
    actor.require(Permission.PLAN_EDIT)
    with store.unit(actor, request or new_request()) as session:
        if base_version is not None:
            unchanged(session, CheckCampaign, campaign_id, base_version)
        row = stored(session, CheckCampaign, campaign_id, lock=True)
        if row.ended_at is None:
            row.ended_at = instant(session)
            session.flush()
        return row_of(CheckCampaignRow, row)


def campaign_standings(
    ws: Workspace, actor: Actor, ids: Collection[int] | None = None
) -> list[CampaignStanding]:
    """How the campaigns stand now, in the order of their deadlines."""
    campaigns = CHECK_CAMPAIGNS.list(ws.store, actor, ids=ids)
    if not campaigns:
        return []
    checks = {standing.key: standing for standing in list_checks(ws, actor)}
    people = names_by_id(ws.store)
    today = clock.today(ws.zone)
    return [_standing(campaign, checks, people, today) for campaign in campaigns]


def _standing(
    campaign: CheckCampaignRow,
    checks: Mapping[str, CheckStanding],
    people: Mapping[int, Name],
    today: date,
) -> CampaignStanding:
    told = []
    for key, owner_id in campaign.owners.items():
        if key not in checks:  # it was taken out of the product since
            continue
        owner, check = people.get(owner_id or 0), checks[key]
        told.append(
            CampaignCheck(
                key, check.question, check.state, check.settled, owner_id, owner.name if owner else None,
                left=owner_id is not None and not (owner and owner.active),
            )
        )  # fmt: skip
    settled, total = sum(check.settled for check in told), len(told)
    days_left = (campaign.deadline - today).days
    state: CampaignState = (
        "ended" if campaign.ended_at is not None
        else "met" if settled == total
        else "missed" if days_left < 0
        else "running"
    )  # fmt: skip
    return CampaignStanding(
        campaign.id, campaign.version, campaign.name, campaign.reason, campaign.deadline, days_left, state, settled, total,
        campaign.ended_at, tuple(told),
    )  # fmt: skip
