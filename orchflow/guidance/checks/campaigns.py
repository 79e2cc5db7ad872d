"""Campaigns: checks that are to pass by a day, each with somebody who sees to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import sqlalchemy as sa

from orchflow import clock
from orchflow.errors import Problem
from orchflow.guidance.check_tables import CheckCampaign
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.results import CheckStanding, list_checks
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.store.entity import Entity
from orchflow.store.rows import row_type
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


@dataclass(frozen=True)
class CampaignCheck:
    """A check of a campaign. `owner` is who sees to it, by name; `left` when that person's account is disabled."""

    key: str
    question: str
    state: str
    settled: bool
    owner_id: int | None
    owner: str | None
    left: bool


@dataclass(frozen=True)
class CampaignStanding:
    """How a campaign stands: `settled` of its `total` checks need nothing more to be done."""

    id: int
    name: str
    deadline: date
    days_left: int
    state: Literal["running", "met", "missed"]
    settled: int
    total: int
    checks: tuple[CampaignCheck, ...]


def campaign_standings(
    ws: Workspace, actor: Actor, ids: Collection[int] | None = None
) -> list[CampaignStanding]:
    """How the campaigns stand now, in the order of their deadlines."""
    campaigns = CHECK_CAMPAIGNS.list(ws.store, actor, ids=ids)
    if not campaigns:
        return []
    checks = {standing.key: standing for standing in list_checks(ws, actor)}
    with ws.store.read() as session:
        people = {
            row.id: (row.display_name, row.active)
            for row in session.execute(sa.select(User.id, User.display_name, User.active))
        }
    today = clock.today(ws.zone)
    return [_standing(campaign, checks, people, today) for campaign in campaigns]


def _standing(
    campaign: CheckCampaignRow,
    checks: Mapping[str, CheckStanding],
    people: Mapping[int, tuple[str, bool]],
    today: date,
) -> CampaignStanding:
    told = []
    for key, owner_id in campaign.owners.items():
        if key not in checks:  # it was taken out of the product since
            continue
        name, active = people.get(owner_id, (None, False)) if owner_id is not None else (None, True)
        check = checks[key]
        told.append(
            CampaignCheck(key, check.question, check.state, check.settled, owner_id, name, left=not active)
        )
    settled, total = sum(check.settled for check in told), len(told)
    state: Literal["running", "met", "missed"] = (
        "met" if settled == total else "missed" if campaign.deadline < today else "running"
    )
    days_left = (campaign.deadline - today).days
    return CampaignStanding(
        campaign.id, campaign.name, campaign.deadline, days_left, state, settled, total, tuple(told)
    )
