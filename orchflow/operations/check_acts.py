"""Operations on exemptions from self-checks and on campaigns: by the operator, or in the name of a `user`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchflow.encoding import encode
from orchflow.errors import UsageError
from orchflow.guidance.checks.campaigns import (
    CHECK_CAMPAIGNS,
    campaign_named,
    campaign_standings,
    end_campaign,
)
from orchflow.guidance.checks.catalogue import check_called
from orchflow.guidance.checks.exempted import Exempted, list_exempted
from orchflow.guidance.checks.exemptions import (
    CHECK_EXEMPTIONS,
    ExemptionState,
    approve_exemption,
    end_exemption,
)
from orchflow.operations.outcome import Outcome
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.users import user_named
from orchflow.workspace import Workspace


def exemption_list(ws: Workspace, key: str | None = None, state: str | None = None) -> Outcome:
    """How the exemptions stand, those that wait for somebody first."""
    if state is not None and state not in [*ExemptionState]:
        raise UsageError(f"--state does not know {state!r}", f"Use one of {', '.join(ExemptionState)}.")
    if key is not None:
        check_called(key)
    states = None if state is None else (ExemptionState(state),)
    return Outcome({"exemptions": encode(list_exempted(ws, SYSTEM, key=key, states=states))})


def exemption_ask(ws: Workspace, key: str, reason: str, until: str, user: str | None = None) -> Outcome:
    """Ask that a check need not pass until a day."""
    check_called(key)
    row = CHECK_EXEMPTIONS.create(ws.store, _actor(ws, user), key=key, reason=reason, expires=until)
    return _exemption(ws, row.id)


def exemption_approve(ws: Workspace, exemption_id: int, user: str | None = None) -> Outcome:
    """Let an exemption hold that somebody else asked for."""
    approve_exemption(ws.store, _actor(ws, user), exemption_id)
    return _exemption(ws, exemption_id)


def exemption_end(ws: Workspace, exemption_id: int, user: str | None = None) -> Outcome:
    """End an exemption, or refuse one that is asked for."""
    end_exemption(ws.store, _actor(ws, user), exemption_id)
    return _exemption(ws, exemption_id)


def campaign_list(ws: Workspace, name: str | None = None) -> Outcome:
    """How the campaigns stand, or the one called so."""
    ids = None if name is None else [campaign_named(ws.store, SYSTEM, name).id]
    return Outcome({"campaigns": encode(campaign_standings(ws, SYSTEM, ids))})


def campaign_create(
    ws: Workspace, name: str, deadline: str, owners: Mapping[str, str | None], reason: str = ""
) -> Outcome:
    """Begin a campaign; `owners` are usernames by the keys of its checks."""
    row = CHECK_CAMPAIGNS.create(
        ws.store, SYSTEM, name=name, deadline=deadline, reason=reason, owners=_people(ws, owners)
    )
    return campaign_list(ws, str(row.id))


def campaign_change(
    ws: Workspace,
    name: str,
    deadline: str | None = None,
    reason: str | None = None,
    owners: Mapping[str, str | None] | None = None,
    without: tuple[str, ...] = (),
) -> Outcome:
    """Change a campaign: its last day, what it is for, checks that are added or given to others, and those taken out."""
    row = campaign_named(ws.store, SYSTEM, name)
    changes: dict[str, Any] = {"deadline": deadline, "reason": reason}
    changes = {field: value for field, value in changes.items() if value is not None}
    if owners or without:
        kept = {key: owner for key, owner in row.owners.items() if key not in without}
        changes["owners"] = kept | _people(ws, owners or {})
    CHECK_CAMPAIGNS.update(ws.store, SYSTEM, row.id, row.version, changes)
    return campaign_list(ws, str(row.id))


def campaign_end(ws: Workspace, name: str) -> Outcome:
    """End a campaign before its last day."""
    row = campaign_named(ws.store, SYSTEM, name)
    end_campaign(ws.store, SYSTEM, row.id)
    return campaign_list(ws, str(row.id))


def _exemption(ws: Workspace, number: int) -> Outcome:
    listed: list[Exempted] = [each for each in list_exempted(ws, SYSTEM) if each.id == number]
    return Outcome({"exemptions": encode(listed)})


def _people(ws: Workspace, owners: Mapping[str, str | None]) -> dict[str, int | None]:
    return {key: user_named(ws.store, name).id if name else None for key, name in owners.items()}


def _actor(ws: Workspace, user: str | None) -> Actor:
    """The person in whose name it is done; the operator without one."""
    if user is None:
        return SYSTEM
    known = user_named(ws.store, user)
    return Actor(known.id, known.username, known.display_name, known.role)
